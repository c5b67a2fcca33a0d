/** The hot loops of decode and order, in WebAssembly. */
export { Kernel, type KernelExports, RUN } from './kernel.ts';
