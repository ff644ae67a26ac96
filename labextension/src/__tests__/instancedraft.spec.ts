import {
  firstDraft,
  groupOf,
  type IInstanceDraft,
  inGroups,
  requestOf,
  setIn,
  suggestedName
} from '../model/instancedraft';
import { orderedSizes, recommended, usualSize } from '../model/sizes';
import type { InstanceDefaults, VmSize } from '../wire';

const DEFAULTS: InstanceDefaults = {
  vm_size: 'Standard_DS3_v2',
  idle_minutes: 45,
  tags: { team: 'vision' },
  required_tags: ['cost-center'],
  most_schedules: 4,
  time_zone: 'UTC',
  time_zones: [],
  setup_script: ''
};

const draft = (change: Partial<IInstanceDraft> = {}): IInstanceDraft => ({
  ...firstDraft('anna-ci', DEFAULTS),
  ...change
});

describe('a draft of an instance', () => {
  it('sends what the user saw, and none of what was left as it is', () => {
    expect(requestOf(draft(), 'Standard_D2s_v3')).toEqual({
      name: 'anna-ci',
      vm_size: 'Standard_D2s_v3',
      idle_shutdown_minutes: 45,
      tags: { team: 'vision', 'cost-center': '' }
    });
    expect(requestOf({ ...firstDraft('x', null) }, 's')).toEqual({
      name: 'x',
      vm_size: 's',
      idle_shutdown_minutes: 60
    });
  });

  it('takes back what belongs to a choice that was taken back', () => {
    const filled = draft({
      sshKey: 'ssh-ed25519 AAAA',
      ssh: 'none',
      subnetId: '/subscriptions/x',
      network: 'azure',
      objectId: 'someone',
      forOther: false
    });
    const request = requestOf(filled, 's');
    expect(Object.keys(request)).not.toContain('ssh_public_key');
    expect(Object.keys(request)).not.toContain('subnet_id');
    expect(Object.keys(request)).not.toContain('assigned_user_object_id');
  });

  it('never sends an SSH key with somebody else’s instance', () => {
    const request = requestOf(draft({ ssh: 'paste', sshKey: 'ssh-rsa A', forOther: true }), 's');
    expect(request.ssh_public_key).toBeUndefined();
  });

  it('sends scripts, applications and identities as the server wants them', () => {
    const request = requestOf(
      draft({
        creation: { text: 'echo 1', path: '', arguments: 'a b' },
        startup: { text: '', path: 'Users/anna/start.sh', arguments: '' },
        scriptMinutes: 'soon',
        rstudio: true,
        applications: [{ name: 'app', image: 'img', target: '8080', published: '' }],
        identity: 'user',
        identities: '/one\n/two\n',
        sso: false,
        useExisting: true
      }),
      's'
    );
    expect(request.setup_scripts).toEqual({
      creation: 'echo 1',
      creation_arguments: 'a b',
      startup_path: 'Users/anna/start.sh',
      timeout_minutes: 0
    });
    expect(request.rstudio).toBe(true);
    expect(request.custom_applications?.[0]).toMatchObject({
      name: 'app',
      image: { type: 'docker', reference: 'img' },
      endpoints: [{ target: 8080, published: 8080 }]
    });
    expect(request.identity).toEqual(['/one', '/two']);
    expect(request.enable_sso).toBe(false);
    expect(request.if_exists).toBe('use');
  });

  it('knows in which group the server’s fields are', () => {
    expect(groupOf('schedules[1].time_zone')).toBe('schedules');
    expect(groupOf('setup_scripts.creation')).toBe('scripts');
    expect(groupOf('custom_applications[0].endpoints.target')).toBe('applications');
    expect(groupOf('name')).toBeNull();
    expect(inGroups(['tags', 'name', 'ssh_public_key'])).toEqual(['ssh_public_key', 'tags']);
  });

  it('counts what is set in a group', () => {
    expect(setIn('labels', draft())).toBe(1);
    expect(setIn('network', draft({ network: 'id', publicIp: false }))).toBe(2);
    expect(setIn('ssh', draft())).toBe(0);
  });

  it('proposes a legal name', () => {
    expect(suggestedName('Anna.Example@contoso.example')).toBe('anna-example-ci');
    expect(suggestedName('42@x')).toBe('');
    expect(suggestedName(null)).toBe('');
  });
});

describe('sizes', () => {
  const size = (name: string, more: Partial<VmSize>): VmSize => ({
    name,
    family: 'f',
    cores: 4,
    memory_gb: 14,
    gpus: 0,
    disk_gb: null,
    price_per_hour: 0.3,
    available: 'yes',
    reason: '',
    code: '',
    ...more
  });
  const all = [
    size('Standard_DS3_v2', {}),
    size('Standard_D1_v2', { cores: 1, memory_gb: 3.5, price_per_hour: 0.07 }),
    size('Standard_D2s_v3', { cores: 2, memory_gb: 8, price_per_hour: 0.1 }),
    size('Standard_E4s_v3', { memory_gb: 32, price_per_hour: 0.25 }),
    size('Standard_NC6', { gpus: 1, price_per_hour: 0.9, available: 'no', reason: 'full' }),
    size('Standard_NC4', { gpus: 1, price_per_hour: 1.1, available: 'unknown' })
  ];

  it('recommends few, and only what can be had', () => {
    expect([...recommended(all, 'standard_ds3_v2')]).toEqual([
      ['Standard_DS3_v2', 'usual'],
      ['Standard_D2s_v3', 'small'],
      ['Standard_E4s_v3', 'memory'],
      ['Standard_NC4', 'gpu']
    ]);
  });

  it('falls back to the cheapest that will do', () => {
    const without = all.map(each =>
      each.name === 'Standard_DS3_v2' ? { ...each, available: 'no' as const } : each
    );
    expect(usualSize(without, 'Standard_DS3_v2')).toBe('Standard_D2s_v3');
    expect(usualSize([], null)).toBe('Standard_DS3_v2');
  });

  it('puts what cannot be had last in every order', () => {
    for (const order of ['recommended', 'price', 'cores', 'memory', 'name'] as const) {
      const names = orderedSizes(all, order, recommended(all, null)).map(each => each.name);
      expect(names[names.length - 1]).toBe('Standard_NC6');
    }
    const cheap = orderedSizes(all, 'price', new Map()).map(each => each.name);
    expect(cheap[0]).toBe('Standard_D1_v2');
  });
});
