import { version } from '../package.json';
import { ApiError } from './errors';
import type { Status } from './wire';

/** The version of this page's part; the server has its own. */
export const VERSION = version;

/**
 * Give the server's first answer back when page and server belong together.
 *
 * @throws ApiError - `version_mismatch`: one of the two was updated while the other ran.
 */
export function fitting(status: Status): Status {
  if (release(status.version) === release(VERSION)) {
    return status;
  }
  const message = `page ${VERSION}, server ${status.version}`;
  throw new ApiError({ code: 'version_mismatch', message }, 200);
}

/** What two parts that fit together have in common: all but the last number. */
function release(full: string): string {
  return full.split('.').slice(0, 2).join('.');
}
