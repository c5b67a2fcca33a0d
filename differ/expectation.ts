/** The form of a finding that a project knows of, and of the file of them. */
import { z } from 'zod';

/** `goroutine/start~3f9a0c12`, as replay/signature.ts makes them. */
export const SIGNATURE = /^[\w./-]+~[0-9a-f]{8}$/;

export const expectationSchema = z.strictObject({
  /** What the finding is called, the same in every run. */
  signature: z.string().regex(SIGNATURE, 'expected a signature such as goroutine/start~3f9a0c12'),
  /** Why it is put up with. */
  reason: z.string().min(1).max(1000),
  /** Where it is discussed. */
  link: z
    .url({ protocol: /^https?$/ })
    .max(2000)
    .optional(),
  /** The last day on which it is put up with: YYYY-MM-DD, UTC. */
  expires: z.iso.date(),
  /** Programs, releases (1.26, 1.26.8) and architectures (GOARCH) that it is put up with on; all if not given. */
  programs: z.array(z.string().min(1)).min(1).optional(),
  go: z
    .array(z.string().regex(/^1\.\d+(\.\d+)?((rc|beta)\d+)?$/, 'expected a release such as 1.26 or 1.26.8'))
    .min(1)
    .optional(),
  arch: z.array(z.string().min(1)).min(1).optional(),
});
export type Expectation = z.infer<typeof expectationSchema>;

export const expectationsSchema = z.strictObject({
  schema: z.literal(1),
  expectations: z.array(expectationSchema).max(10_000),
});
export type Expectations = z.infer<typeof expectationsSchema>;
