// The GPU's clock and power while it works, from the driver's own library (NVML). It is opened at run time, because
// neither its header nor its library belongs to every CUDA toolkit. Without it the readings are 0.
#pragma once
#include <dlfcn.h>

class sensors {
   public:
    explicit sensors(const char *bus_id) {
        void *library = dlopen("libnvidia-ml.so.1", RTLD_NOW);
        if (!library) return;
        auto init = (int (*)())dlsym(library, "nvmlInit_v2");
        auto find = (int (*)(const char *, void **))dlsym(library, "nvmlDeviceGetHandleByPciBusId_v2");
        auto driver = (int (*)(char *, unsigned))dlsym(library, "nvmlSystemGetDriverVersion");
        clock_ = (int (*)(void *, int, unsigned *))dlsym(library, "nvmlDeviceGetClockInfo");
        power_ = (int (*)(void *, unsigned *))dlsym(library, "nvmlDeviceGetPowerUsage");
        if (!init || !find || !driver || !clock_ || !power_) return;
        works_ = init() == 0 && find(bus_id, &device_) == 0;
        if (works_ && driver(version_, sizeof version_) != 0) version_[0] = 0;
    }
    unsigned megahertz() const {  // of the multiprocessors
        const int SM_CLOCK = 1;
        unsigned value = 0;
        return works_ && clock_(device_, SM_CLOCK, &value) == 0 ? value : 0;
    }
    double watts() const {
        unsigned milliwatts = 0;
        return works_ && power_(device_, &milliwatts) == 0 ? milliwatts / 1000.0 : 0;
    }
    const char *driver() const { return version_[0] ? version_ : "unknown"; }

   private:
    bool works_ = false;
    void *device_ = nullptr;
    char version_[96] = "";
    int (*clock_)(void *, int, unsigned *) = nullptr;
    int (*power_)(void *, unsigned *) = nullptr;
};
