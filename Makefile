# A thin front to Meson. Each target works alone: it installs what is missing (on Debian, as root), builds, and runs.
.PHONY: all demo check check-all prove fuzz bench clean
BUILD = build

# The command's output, when it fails.
quiet = log=$$($(1) 2>&1) || { echo "$$log"; exit 1; }

all: $(BUILD)/build.ninja
	@$(call quiet,meson compile -C $(BUILD))

$(BUILD)/build.ninja:
	@tools/need gcc libc6-dev libjansson-dev meson ninja-build pkgconf python3
	@$(call quiet,meson setup $(BUILD))

demo: $(BUILD)/build.ninja
	@$(call quiet,meson compile -C $(BUILD) demo)
	@$(BUILD)/examples/demo

check:
	@tools/check

check-all:
	@tools/check --all

prove fuzz bench:
	@tools/$@

clean:
	rm -rf $(BUILD)
