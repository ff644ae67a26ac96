import type { TranslationBundle } from '@jupyterlab/translation';
import type { ErrorInfo, Verdict } from './wire';

/**
 * An answer of the server that is not the one asked for, or no answer at all.
 *
 * `code` is the server's stable identifier, or one of our own: `offline` when the server did not
 * answer, `no_server_extension` when it answers but does not know us.
 */
export class ApiError extends Error {
  constructor(
    readonly info: Partial<ErrorInfo> & { code: string; message: string },
    readonly status: number
  ) {
    super(info.message);
    this.name = 'ApiError';
  }

  get code(): string {
    return this.info.code;
  }

  get hint(): string {
    return this.info.hint ?? '';
  }

  get field(): string | null {
    return this.info.field ?? null;
  }

  /**
   * Make an `ApiError` of whatever was thrown.
   */
  static from(reason: unknown): ApiError {
    if (reason instanceof ApiError) {
      return reason;
    }
    const message = reason instanceof Error ? reason.message : String(reason);
    return new ApiError({ code: 'internal_error', message }, 0);
  }
}

/** Whether the server is not ours, or of another version: nothing else it says counts then. */
export function isNotOurs(error: ApiError): boolean {
  return error.code === 'no_server_extension' || error.code === 'version_mismatch';
}

/**
 * A headline for an error code in the user's language; the server's own words follow it.
 */
export function headline(code: string, trans: TranslationBundle): string {
  switch (code) {
    case 'offline':
      return trans.__('The Jupyter server does not answer.');
    case 'no_server_extension':
      return trans.__('The server side of this extension is not running.');
    case 'signed_out':
      return trans.__('You are not signed in to Azure.');
    case 'not_permitted':
      return trans.__('You are not permitted to do this.');
    case 'not_found':
      return trans.__('It does not exist any more.');
    case 'operation_running':
      return trans.__('Another operation is still running.');
    case 'wrong_state':
      return trans.__('This is not possible in the present state.');
    case 'name_taken':
      return trans.__('This name is already in use.');
    case 'environment_busy':
      return trans.__('Another job is working on this environment.');
    case 'quota_exceeded':
      return trans.__('The quota is used up.');
    case 'protected_environment':
      return trans.__('This environment is protected.');
    case 'unsolvable':
      return trans.__('No set of packages satisfies what was asked for.');
    case 'kernel_test_failed':
      return trans.__('The new kernel did not pass its test.');
    case 'conda_not_found':
      return trans.__('No conda was found.');
    case 'disk_full':
      return trans.__('The disk is full.');
    case 'throttled':
      return trans.__('Azure asks to wait a moment.');
    case 'unavailable':
      return trans.__('Azure cannot be reached right now.');
    case 'timed_out':
      return trans.__('It took too long. What was started may still go on.');
    case 'bad_request':
    case 'invalid_value':
      return trans.__('A value is not right.');
    default:
      return trans.__('It did not work.');
  }
}

/**
 * Why something is not possible now: the server's sentence, or ours where it gave none.
 */
export function reasonOf(verdict: Verdict | undefined, trans: TranslationBundle): string {
  if (!verdict) {
    return trans.__('It is not known yet whether this is possible.');
  }
  if (verdict.allowed !== 'no') {
    return '';
  }
  return verdict.reason || headline(verdict.code || 'wrong_state', trans);
}

/**
 * Why something that can be tried may still be refused; empty when nothing speaks against it.
 */
export function doubtOf(verdict: Verdict | undefined): string {
  return verdict?.allowed === 'unknown' ? verdict.reason : '';
}

/** How many characters JupyterLab shows of a notification; it cuts off the rest. */
const SHOWN = 140;

/**
 * As much of an error as a notification shows whole: where the server's sentence is too long, what
 * its code means stands for it.
 */
export function brief(
  { code, message, hint }: Pick<ApiError, 'code' | 'message' | 'hint'>,
  title: string,
  trans: TranslationBundle
): string {
  const meaning = headline(code, trans);
  const said = message || meaning;
  // What is said of any error says nothing of this one.
  const short = meaning === headline('', trans) ? said : meaning;
  const texts = [
    [title, said, hint],
    [title, said],
    [title, short, hint],
    [title, short]
  ].map(parts => parts.filter(Boolean).join(' '));
  return texts.find(text => text.length <= SHOWN) ?? texts[0];
}
