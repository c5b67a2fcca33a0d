/** Why a report could not be written; `path` is the file or folder that refused. */
export type ReportErrorCode = 'unwritable' | 'disk-full' | 'not-a-directory' | 'read-only' | 'interrupted';

export class ReportError extends Error {
  readonly code: ReportErrorCode;
  readonly path: string;

  constructor(code: ReportErrorCode, path: string, cause: unknown) {
    super(`${MESSAGES[code]}: ${path}`, { cause });
    this.name = 'ReportError';
    this.code = code;
    this.path = path;
  }
}

const MESSAGES: Record<ReportErrorCode, string> = {
  unwritable: 'The report cannot be written, permission is denied',
  'disk-full': 'The report cannot be written, the disk is full',
  'not-a-directory': 'The report cannot be written, a file stands where its folder should be',
  'read-only': 'The report cannot be written, the file system is read-only',
  interrupted: 'The report was not written, it was interrupted',
};

/** Turns a file system's error into a ReportError; anything else is a defect and is thrown on as it is. */
export function toReportError(cause: unknown, path: string): unknown {
  if (cause instanceof Error && cause.name === 'AbortError')
    return new ReportError('interrupted', path, cause);
  const errno = (cause as NodeJS.ErrnoException | undefined)?.code;
  const code = errno === undefined ? undefined : CODES[errno];
  return code ? new ReportError(code, path, cause) : cause;
}

const CODES: Record<string, ReportErrorCode> = {
  EACCES: 'unwritable',
  EPERM: 'unwritable',
  EROFS: 'read-only',
  ENOSPC: 'disk-full',
  EDQUOT: 'disk-full',
  EFBIG: 'disk-full',
  ENOTDIR: 'not-a-directory',
  EEXIST: 'not-a-directory',
  EISDIR: 'not-a-directory',
};
