/** The probe layer: what package runtime itself said while it ran. Start at replay.ts, then judge.ts. */
export { judgeProbe, type ProbeReplay } from './replay.ts';
