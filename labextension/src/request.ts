import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';
import { ApiError } from './errors';
import type { ErrorInfo } from './wire';

/** What can be asked of a resource. */
export type Verb = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** What asks the server of one extension. */
export class Caller {
  constructor(private readonly _settings: ServerConnection.ISettings) {}

  protected _call<T>(
    verb: Verb,
    path: string[],
    body?: object,
    query: Record<string, string> = {}
  ): Promise<T> {
    return request(this._settings, verb, path, body, query);
  }
}

/** The query that confirms what would lose something, where that was given. */
export function confirming(confirm: string | undefined): Record<string, string> {
  return confirm === undefined ? {} : { confirm };
}

/**
 * Ask the server side of this extension; rejects with an `ApiError` and nothing else.
 *
 * @param path - Parts of the path below our own, not encoded yet.
 * @param query - What stands behind the question mark.
 */
export async function request<T>(
  settings: ServerConnection.ISettings,
  verb: Verb,
  path: string[],
  body?: object,
  query: Record<string, string> = {}
): Promise<T> {
  const url =
    URLExt.join(settings.baseUrl, 'jupyter-ci-manager', ...path.map(encodeURIComponent)) +
    URLExt.objectToQueryString(query);
  const init: RequestInit = { method: verb };
  if (body !== undefined) {
    init.body = JSON.stringify(body);
  }
  let response: Response;
  try {
    response = await ServerConnection.makeRequest(url, init, settings);
  } catch (reason) {
    const message = reason instanceof Error ? reason.message : String(reason);
    throw new ApiError({ code: 'offline', message }, 0);
  }
  const text = await response.text();
  if (!response.ok) {
    throw refusal(response.status, text);
  }
  if (text === '') {
    return null as T;
  }
  try {
    return JSON.parse(text) as T;
  } catch {
    throw new ApiError({ code: 'internal_error', message: text.slice(0, 500) }, 200);
  }
}

/**
 * Read a refusal; what is not in our own form came from Jupyter or from a proxy before it.
 */
function refusal(status: number, text: string): ApiError {
  let info: Partial<ErrorInfo> = {};
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed === 'object' && parsed !== null) {
      info = parsed as Partial<ErrorInfo>;
    }
  } catch {
    // A proxy's page: the status says what it says.
  }
  const code = info.code ?? codeOf(status);
  return new ApiError({ ...info, code, message: info.message || `HTTP ${status}` }, status);
}

function codeOf(status: number): string {
  switch (status) {
    case 404:
      return 'no_server_extension';
    case 403:
      return 'not_permitted';
    case 502:
    case 503:
    case 504:
      return 'offline';
    default:
      return 'internal_error';
  }
}
