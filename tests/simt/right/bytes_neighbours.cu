// Four threads write the four bytes of one word, in shared and in global memory: no race.
// CLANG shared load: it knows word[t], just written
#include <cuda_runtime.h>

#include <cstdio>
#include <cstdlib>
#include <string>
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

__global__ void upper(char *text, int n) {
    __shared__ char word[100];
    __shared__ bool letter[100];
    int t = threadIdx.x, i = blockIdx.x * 100 + t;
    if (i < n) word[t] = text[i];
    if (i < n) letter[t] = word[t] >= 'a' && word[t] <= 'z';
    __syncthreads();
    if (i < n && letter[t] && (t == 0 || !letter[t - 1])) text[i] = word[t] - 'a' + 'A';
}

int main() {
    std::string sentence = "every thread of a block writes a byte of its own, and no two write the same. ";
    sentence += sentence + sentence;
    std::vector<char> text(sentence.begin(), sentence.end());
    int n = text.size();
    char *device = upload(text);
    upper<<<(n + 99) / 100, 100>>>(device, n);
    check(cudaGetLastError());
    check(cudaMemcpy(text.data(), device, n, cudaMemcpyDeviceToHost));
    check(cudaFree(device));
    for (int i = 0; i < n; i++) {
        bool first = i % 100 == 0 || sentence[i - 1] < 'a' || sentence[i - 1] > 'z';
        char want = first && sentence[i] >= 'a' && sentence[i] <= 'z' ? sentence[i] - 32 : sentence[i];
        if (text[i] != want) return 1;
    }
    return 0;
}
