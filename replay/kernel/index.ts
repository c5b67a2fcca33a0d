/** The hot loops of decode and order, in WebAssembly. */
export { adoptCode, CapacityError, Kernel, type KernelExports, kernelCode, RUN } from './kernel.ts';
