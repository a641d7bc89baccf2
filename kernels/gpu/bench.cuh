// What the benchmarks on a real GPU share: launches that take turns, their times, clock and power, and the files of results.
#pragma once
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

#include "gpu/device.cuh"
#include "gpu/sensors.cuh"

struct shape {
    int M, N, K;
};

struct samples {
    std::vector<double> seconds, megahertz, watts;
};

static inline double median(std::vector<double> x) {
    if (x.empty()) return 0;
    std::sort(x.begin(), x.end());
    return x[x.size() / 2];
}

// How many sets of buffers of so many bytes are three times the L2 cache.
static inline size_t sets_past(size_t l2_bytes, size_t bytes) {
    return std::max<size_t>(2, 3 * l2_bytes / bytes + 1);
}

// ---- turns ------------------------------------------------------------------------------------------------------------
// Keeps the GPU busy for a while.
__global__ static void hold(long long cycles) {
    long long begin = clock64();
    while (clock64() - begin < cycles) {
    }
}

// One launch, queued while the GPU is kept busy, so that what the host does for it is not measured.
class stopwatch {
   public:
    stopwatch() {
        CUDA_CHECK(cudaEventCreate(&begin_));
        CUDA_CHECK(cudaEventCreate(&end_));
    }
    ~stopwatch() {
        cudaEventDestroy(begin_);
        cudaEventDestroy(end_);
    }
    void time(samples *to, const std::function<void()> &run, const sensors &sensor) {
        hold<<<1, 1>>>(500000);
        CUDA_CHECK(cudaGetLastError());
        CUDA_CHECK(cudaEventRecord(begin_));
        run();
        CUDA_CHECK(cudaEventRecord(end_));
        double clock = sensor.megahertz(), power = sensor.watts();  // while it runs
        CUDA_CHECK(cudaEventSynchronize(end_));
        float milliseconds = 0;
        CUDA_CHECK(cudaEventElapsedTime(&milliseconds, begin_, end_));
        to->seconds.push_back(milliseconds / 1e3);
        to->megahertz.push_back(clock);
        to->watts.push_back(power);
    }

   private:
    cudaEvent_t begin_, end_;
};

// Lets all runners take turns, in odd rounds backwards, each launch with the next of so many sets of buffers. A runner is called
// with the number of the set; one that is empty has no turns, one that takes more than half a second has three.
static inline std::vector<samples> take_turns(const std::vector<std::function<void(size_t)>> &runners, size_t sets,
                                              const sensors &sensor) {
    enum { ROUNDS = 21, SLOW_ROUNDS = 3 };
    const double slow = 0.5;
    stopwatch watch;
    std::vector<samples> all(runners.size());
    size_t next = 0;
    for (int round = -1; round < ROUNDS; round++)  // round -1 warms up
        for (size_t turn = 0; turn < runners.size(); turn++) {
            size_t r = round % 2 == 0 ? turn : runners.size() - 1 - turn;
            if (!runners[r] || (round >= SLOW_ROUNDS && median(all[r].seconds) > slow)) continue;
            size_t set = next++ % sets;
            samples unused;
            watch.time(
                round < 0 ? &unused : &all[r], [&] { runners[r](set); }, sensor);
        }
    return all;
}

// Seconds for a launch where they follow each other without a rest, half a second to warm up and half a second that counts. Turns leave
// the chip pauses; without them it reaches the power that it may draw, and lowers its clock.
static inline double without_rest(const std::function<void(size_t)> &run, size_t sets, double seconds_once) {
    const size_t launches = (size_t)(0.5 / seconds_once) + 1;
    cudaEvent_t begin, end;
    float milliseconds = 0;
    CUDA_CHECK(cudaEventCreate(&begin));
    CUDA_CHECK(cudaEventCreate(&end));
    for (size_t i = 0; i < launches; i++) run(i % sets);
    CUDA_CHECK(cudaEventRecord(begin));
    for (size_t i = 0; i < launches; i++) run(i % sets);
    CUDA_CHECK(cudaEventRecord(end));
    CUDA_CHECK(cudaEventSynchronize(end));
    CUDA_CHECK(cudaEventElapsedTime(&milliseconds, begin, end));
    CUDA_CHECK(cudaEventDestroy(begin));
    CUDA_CHECK(cudaEventDestroy(end));
    return milliseconds / 1e3 / (double)launches;
}

// ---- files ------------------------------------------------------------------------------------------------------------
// "NVIDIA H200" becomes "nvidia-h200".
static inline std::string file_name(const char *device) {
    std::string name;
    for (const char *c = device; *c; c++)
        name += *c == ' ' || *c == '/' ? '-' : (char)(*c | (*c >= 'A' && *c <= 'Z' ? 32 : 0));
    return "kernels/results/" + name;
}

static inline FILE *open_or_die(const std::string &path, const char *mode) {
    FILE *f = fopen(path.c_str(), mode);
    if (f) return f;
    fprintf(stderr, "error: %s cannot be written: run it from the top folder of the course\n", path.c_str());
    exit(1);
}

static inline std::string part(const std::string &path, const char *ending) {
    return path + ending + ".part";
}

static inline void close_or_die(FILE *f, const std::string &path) {
    if (!ferror(f) && fclose(f) == 0) return;
    fprintf(stderr, "error: %s could not be written: is the disk full?\n", path.c_str());
    exit(1);
}

static inline std::string today(void) {
    char date[32];
    time_t now = time(nullptr);
    strftime(date, sizeof date, "%Y-%m-%d", gmtime(&now));
    return date;
}

// Begins the files of results: a page and a table, which have other names until they are whole.
static inline void begin_files(const std::string &path, const std::string &head, const char *columns) {
    mkdir("kernels/results", 0777);
    FILE *md = open_or_die(part(path, ".md"), "w"), *csv = open_or_die(part(path, ".csv"), "w");
    fprintf(md, "%s", head.c_str());
    fprintf(csv, "%s\n", columns);
    close_or_die(md, part(path, ".md"));
    close_or_die(csv, part(path, ".csv"));
}

// "NVIDIA H200, driver 580.1, CUDA 13.0, 132 multiprocessors, 50 MiB of L2 cache"
static inline std::string describe(const cudaDeviceProp &device, const sensors &sensor) {
    int runtime = 0;
    char text[512];
    CUDA_CHECK(cudaRuntimeGetVersion(&runtime));
    snprintf(text, sizeof text, "%s, driver %s, CUDA %d.%d, %d multiprocessors, %d MiB of L2 cache", device.name,
             sensor.driver(), runtime / 1000, runtime % 1000 / 10, device.multiProcessorCount,
             device.l2CacheSize >> 20);
    return text;
}

// Every shape by this program in a process of its own, which adds to the files. They get their names when they are whole.
static inline int bench_all(const char *program, const std::vector<std::string> &shapes, const std::string &path) {
    int status = 0;
    for (const std::string &shape : shapes) {
        std::string command = "'" + std::string(program) + "' " + shape + " '" + path + "'";
        if (!status && system(command.c_str()) != 0) status = 1;
    }
    for (const char *ending : {".md", ".csv"}) {
        if (status) remove(part(path, ending).c_str());
        else status = rename(part(path, ending).c_str(), (path + ending).c_str()) != 0;
    }
    if (status) fprintf(stderr, "error: the benchmark did not come to its end; nothing was written\n");
    else printf("written: %s.md, %s.csv\n", path.c_str(), path.c_str());
    return status;
}
