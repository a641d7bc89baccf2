// A five-point stencil; a block loads 18 x 10 cells with 16 x 8 threads, several each.
#include <cuda_runtime.h>

#include <cstdio>
#include <cstdlib>
#include <vector>

static void check(cudaError_t error) {
    if (error == cudaSuccess) return;
    fprintf(stderr, "CUDA error: %s\n", cudaGetErrorString(error));
    exit(1);
}

template <class T>
static T *upload(const std::vector<T> &host) {
    T *device;
    check(cudaMalloc(&device, host.size() * sizeof(T)));
    check(cudaMemcpy(device, host.data(), host.size() * sizeof(T), cudaMemcpyHostToDevice));
    return device;
}

const int W = 16, H = 8;

__global__ void step(int *out, const int *in, int width, int height) {
    __shared__ int tile[H + 2][W + 2];
    int x0 = blockIdx.x * W - 1, y0 = blockIdx.y * H - 1;
    for (int i = threadIdx.y * W + threadIdx.x; i < (W + 2) * (H + 2); i += W * H) {
        int x = x0 + i % (W + 2), y = y0 + i / (W + 2);
        bool inside = x >= 0 && x < width && y >= 0 && y < height;
        tile[i / (W + 2)][i % (W + 2)] = inside ? in[y * width + x] : 0;
    }
    __syncthreads();
    int tx = threadIdx.x + 1, ty = threadIdx.y + 1, x = x0 + tx, y = y0 + ty;
    if (x < width && y < height)
        out[y * width + x] =
            tile[ty - 1][tx] + tile[ty + 1][tx] + tile[ty][tx - 1] + tile[ty][tx + 1] - 4 * tile[ty][tx];
}

static int at(const std::vector<int> &a, int x, int y, int w, int h) {
    return x < 0 || y < 0 || x >= w || y >= h ? 0 : a[y * w + x];
}

int main() {
    const int w = 50, h = 21;
    std::vector<int> in(w * h), out(w * h);
    for (int i = 0; i < w * h; i++) in[i] = i * 7 % 31;
    int *din = upload(in), *dout = upload(out);
    step<<<dim3((w + W - 1) / W, (h + H - 1) / H), dim3(W, H)>>>(dout, din, w, h);
    check(cudaMemcpy(out.data(), dout, w * h * sizeof(int), cudaMemcpyDeviceToHost));
    for (int *p : {din, dout}) check(cudaFree(p));
    for (int y = 0; y < h; y++)
        for (int x = 0; x < w; x++)
            if (out[y * w + x] != at(in, x - 1, y, w, h) + at(in, x + 1, y, w, h) + at(in, x, y - 1, w, h) +
                                      at(in, x, y + 1, w, h) - 4 * in[y * w + x]) return 1;
    return 0;
}
