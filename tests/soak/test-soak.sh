#!/bin/sh
# The short form of tests/soak/soak.
SOAK_S=24 SOAK_FEEDS=50 SOAK_RATE=10 SOAK_PERIOD_S=8 SOAK_EXPORT_S=1 SOAK_INTERVAL_S=2 SOAK_CALM_S=8
export SOAK_S SOAK_FEEDS SOAK_RATE SOAK_PERIOD_S SOAK_EXPORT_S SOAK_INTERVAL_S SOAK_CALM_S
exec "${SHELL:-/bin/sh}" "${top_srcdir:-.}/tests/soak/soak"
