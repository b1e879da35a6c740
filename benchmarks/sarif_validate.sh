#!/usr/bin/env bash
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
rescode check "${@:-.}" --output-format sarif --exit-zero --output-file "$folder/rescode.sarif"
npm install --silent --no-save --prefix "$folder" @microsoft/sarif-multitool
chmod +x "$folder"/node_modules/@microsoft/sarif-multitool-*/Sarif.Multitool*
npx --prefix "$folder" sarif-multitool validate "$folder/rescode.sarif" | tee "$folder/verdict"
if grep -Eq '(error|warning) [A-Z]+[0-9]+:' "$folder/verdict"; then exit 1; fi
