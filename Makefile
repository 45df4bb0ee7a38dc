# A thin front to Meson: `make demo`, `make check`; each installs what is missing on Debian, builds, and runs.
.PHONY: all demo check check-all clean
BUILD = build

all: $(BUILD)/build.ninja
	meson compile -C $(BUILD)

$(BUILD)/build.ninja:
	tools/need gcc libc6-dev meson ninja-build pkgconf python3
	meson setup $(BUILD)

demo: all
	$(BUILD)/examples/demo

check:
	tools/check

check-all:
	tools/check --all

clean:
	rm -rf $(BUILD)
