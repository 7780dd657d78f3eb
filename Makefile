# Each target is one line into xtask, where the logic is. ARGS is handed on: make test ARGS="tidy unit".
XTASK := cargo run --quiet --package xtask --
.DEFAULT_GOAL := help
.PHONY: help run demo test check tidy postgres proof bench fmt web contract clean-data

help: ; @$(XTASK) help
run: ; @$(XTASK) run $(ARGS)
demo: ; @$(XTASK) demo $(ARGS)
test: ; @$(XTASK) test $(ARGS)
check: ; @$(XTASK) check $(ARGS)
tidy: ; @$(XTASK) tidy $(ARGS)
postgres: ; @$(XTASK) postgres
proof: ; @$(XTASK) proof $(ARGS)
bench: ; @$(XTASK) bench $(ARGS)
fmt: ; @$(XTASK) fmt $(ARGS)
web: ; @$(XTASK) web $(ARGS)
contract: ; @$(XTASK) contract $(ARGS)
clean-data: ; @$(XTASK) clean-data $(ARGS)
