/**
 * `node download.mjs ADDRESS FILE`: one file over HTTP. A process of its own, because a Node that runs already cannot
 * be told to trust the system's certificates, as Go does and as a company's proxy may need.
 */
import { writeFileSync } from 'node:fs';

const [address = '', file = ''] = process.argv.slice(2);
try {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${response.status} ${response.statusText}`);
  writeFileSync(file, Buffer.from(await response.arrayBuffer()));
} catch (error) {
  const { message, cause } = /** @type {Error} */ (error);
  console.error(cause instanceof Error ? `${message} (${cause.message})` : message);
  process.exitCode = 1;
}
