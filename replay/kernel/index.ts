/** The hot loops of decode and order, in WebAssembly. */
export { CapacityError } from './capacity.ts';
export { adoptCode, Kernel, type KernelExports, kernelCode, RUN } from './kernel.ts';
