import { userInfo } from 'node:os';

/** The oldest Node that runs Gotwin; package.json says the same to npm. */
const OLDEST = /** @type {const} */ ([20, 19]);

/**
 * Ends the process with a sentence when this Node is too old, and gives Go and npm a home when the environment has
 * an empty one. Imports nothing that an old Node would not know, so that the sentence gets out.
 */
export function requireNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1])) {
    console.error(`Gotwin needs Node ${OLDEST.join('.')} or later; this is ${process.versions.node}.`);
    process.exit(2);
  }
  process.env.HOME ||= userInfo().homedir;
}
