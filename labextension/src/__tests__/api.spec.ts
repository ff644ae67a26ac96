import { ServerConnection } from '@jupyterlab/services';
import { Api } from '../api';
import { ApiError } from '../errors';

/** An API whose server gives one answer, and what it was asked. */
function answering(status: number, body: string): { api: Api; asked: Request[] } {
  const asked: Request[] = [];
  const settings = ServerConnection.makeSettings({
    baseUrl: 'http://localhost:8888/user/x/',
    fetch: async (input: RequestInfo | URL, init?: RequestInit) => {
      asked.push(new Request(input, init));
      return new Response(status === 204 ? null : body, { status });
    }
  });
  return { api: new Api(settings), asked };
}

describe('Api', () => {
  it('asks behind the base url and escapes names', async () => {
    const { api, asked } = answering(200, '{"name": "a"}');
    await api.actOnInstance('a/b', 'stop', 'a/b');
    expect(asked[0].method).toBe('POST');
    // JupyterLab adds a number that keeps caches away.
    expect(asked[0].url.split(/&\d+$/)[0]).toBe(
      'http://localhost:8888/user/x/jupyter-ci-manager/instances/a%2Fb/stop?confirm=a%2Fb'
    );
  });

  it('sends a prefix as one part of the path', async () => {
    const { api, asked } = answering(202, '{"id": "1"}');
    await api.removeEnvironment('/opt/conda/envs/new env', 'new env');
    expect(new URL(asked[0].url).pathname).toBe(
      '/user/x/jupyter-ci-manager/environments/%2Fopt%2Fconda%2Fenvs%2Fnew%20env'
    );
  });

  it('reads a refusal with its code, field and hint', async () => {
    const { api } = answering(
      422,
      JSON.stringify({
        message: 'The name is too short.',
        reason: 'Unprocessable',
        code: 'invalid_value',
        hint: 'Use at least 3 characters.',
        field: 'name'
      })
    );
    const error = await api.createInstance({ name: 'a' }).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(ApiError);
    expect(error).toMatchObject({
      status: 422,
      code: 'invalid_value',
      field: 'name',
      message: 'The name is too short.',
      hint: 'Use at least 3 characters.'
    });
  });

  it('knows a server without the extension from a thing that is not there', async () => {
    const missing = answering(404, '{"message": "Not Found", "reason": null}');
    await expect(missing.api.status()).rejects.toMatchObject({ code: 'no_server_extension' });
    const gone = answering(404, '{"message": "No such instance.", "code": "not_found"}');
    await expect(gone.api.instance('x')).rejects.toMatchObject({ code: 'not_found' });
  });

  it.each([502, 503, 504])(
    'takes a proxy without a server behind it (%d) as offline',
    async code => {
      const { api } = answering(code, '<html>Bad Gateway</html>');
      await expect(api.status()).rejects.toMatchObject({ code: 'offline' });
    }
  );

  it('takes no answer at all as offline', async () => {
    const settings = ServerConnection.makeSettings({
      baseUrl: 'http://localhost:1/',
      fetch: () => Promise.reject(new TypeError('Failed to fetch'))
    });
    await expect(new Api(settings).status()).rejects.toMatchObject({ code: 'offline' });
  });

  it('gives null for an instance that was already gone', async () => {
    const { api } = answering(204, '');
    await expect(api.deleteInstance('a', 'a')).resolves.toBeNull();
  });
});
