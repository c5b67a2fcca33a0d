/** The archive that the go command keeps of a compiled package: its members, as `ar` writes them. */

export interface Member {
  readonly name: string;
  readonly data: Uint8Array;
}

const MAGIC = '!<arch>\n';
const HEADER = 60;

/** The members, in the order in which the linker loads them. Throws RangeError where the bytes are no archive. */
export function archiveMembers(bytes: Uint8Array): Member[] {
  if (latin1(bytes, 0, MAGIC.length) !== MAGIC)
    throw new RangeError('no archive: its first bytes are others');
  const members: Member[] = [];
  for (let at = MAGIC.length; at < bytes.length; ) {
    const header = latin1(bytes, at, at + HEADER);
    const size = Number(header.slice(48, 58));
    const start = at + HEADER;
    if (!header.endsWith('`\n') || !Number.isSafeInteger(size) || size < 0 || start + size > bytes.length)
      throw new RangeError(`an archive whose member at byte ${at} is damaged`);
    members.push({ name: header.slice(0, 16).trimEnd(), data: bytes.subarray(start, start + size) });
    at = start + size + (size % 2);
  }
  return members;
}

export function latin1(bytes: Uint8Array, from: number, to: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1', from, to);
}
