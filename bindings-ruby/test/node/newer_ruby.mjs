// Runs code in a newer Ruby than Debian's (without threads): newer_ruby.mjs FILE... evaluates the files in order and
// prints the last value.

import { readFile } from "node:fs/promises";
import { DefaultRubyVM } from "@ruby/wasm-wasi/dist/node";

const ruby = await readFile(new URL("node_modules/@ruby/4.0-wasm-wasi/dist/ruby.wasm", import.meta.url));
const { vm } = await DefaultRubyVM(await WebAssembly.compile(ruby));
const sources = await Promise.all(process.argv.slice(2).map((path) => readFile(path, "utf8")));
console.log(sources.map((source) => vm.eval(source)).at(-1).toString());
