// Structs by value as arguments, with pointers and arrays inside, and an array of structs of an odd size.
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

struct Sample {
    char name[3];
    short weight;
    float values[2];
};
struct Task {
    Sample *samples;
    int n;
    float factors[2];
    __device__ float score(int i) const {
        return factors[0] * samples[i].values[0] + factors[1] * samples[i].values[1];
    }
};

__global__ void score(float *out, const Task task) {
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i >= task.n) return;
    out[i] = task.score(i) * task.samples[i].weight;
    Sample copy = task.samples[i];
    copy.name[i % 3] = 'A' + i % 26;
    task.samples[i] = copy;
}

int main() {
    const int n = 90;
    std::vector<Sample> samples(n);
    std::vector<float> out(n);
    for (int i = 0; i < n; i++) samples[i] = {{'x', 'y', 'z'}, (short)(i % 4), {i * 1.0f, 2.0f}};
    Task task = {upload(samples), n, {2, 10}};
    float *dout = upload(out);
    score<<<3, 32>>>(dout, task);
    check(cudaMemcpy(out.data(), dout, n * sizeof(float), cudaMemcpyDeviceToHost));
    check(cudaMemcpy(samples.data(), task.samples, n * sizeof(Sample), cudaMemcpyDeviceToHost));
    check(cudaFree(task.samples));
    check(cudaFree(dout));
    for (int i = 0; i < n; i++)
        if (out[i] != (2 * i + 20) * (i % 4) || samples[i].name[i % 3] != 'A' + i % 26) return 1;
    return 0;
}
