import type { CreateInstance, InstanceDefaults, Schedule } from '../wire';

/** A pair of texts, such as a tag. */
export interface IPair {
  key: string;
  value: string;
}

/** A web application in a container, as far as a form asks for it. */
export interface IApplicationDraft {
  name: string;
  image: string;
  /** Port inside of the container, and the one it is reached by; both as typed. */
  target: string;
  published: string;
}

/** What is filled in of a form for a new instance. */
export interface IInstanceDraft {
  name: string;
  /** `null`: what is usual. */
  size: string | null;
  /** Minutes; 0 for never. */
  idle: number;
  schedules: Schedule[];
  ssh: 'none' | 'paste' | 'pair';
  sshKey: string;
  network: 'azure' | 'names' | 'id';
  vnetGroup: string;
  vnet: string;
  subnet: string;
  subnetId: string;
  publicIp: boolean;
  forOther: boolean;
  objectId: string;
  tenantId: string;
  creation: IScriptDraft;
  startup: IScriptDraft;
  scriptMinutes: string;
  rstudio: boolean;
  applications: IApplicationDraft[];
  identity: 'none' | 'system' | 'user';
  /** Ids of user-assigned identities, one a line. */
  identities: string;
  /** `null`: as Azure has it by default. */
  sso: boolean | null;
  tags: IPair[];
  description: string;
  useExisting: boolean;
}

/** A script that Azure runs on the instance. */
export interface IScriptDraft {
  text: string;
  /** Where it is in the workspace's file share, instead of a text. */
  path: string;
  arguments: string;
}

/** A group of options that is folded until somebody wants it. */
export type OptionGroup =
  | 'schedules'
  | 'ssh'
  | 'network'
  | 'scripts'
  | 'applications'
  | 'person'
  | 'identity'
  | 'labels'
  | 'existing';

const GROUPS: [RegExp, OptionGroup][] = [
  [/^schedules/, 'schedules'],
  [/^ssh_public_key/, 'ssh'],
  [/^(subnet|vnet|enable_node_public_ip)/, 'network'],
  [/^setup_scripts/, 'scripts'],
  [/^custom_applications/, 'applications'],
  [/^assigned_user/, 'person'],
  [/^(identity|enable_sso)/, 'identity'],
  [/^(tags|description)/, 'labels']
];

/** The group in which the server's field of that name is asked for; `null` for none of them. */
export function groupOf(field: string): OptionGroup | null {
  return GROUPS.find(([pattern]) => pattern.test(field))?.[1] ?? null;
}

/** Those of some fields that are asked for in groups, in the order of the groups. */
export function inGroups(fields: readonly string[]): string[] {
  return GROUPS.flatMap(([pattern]) => fields.filter(field => pattern.test(field)));
}

/** What a form begins with: one press of a button creates it. */
export function firstDraft(name: string, defaults: InstanceDefaults | null): IInstanceDraft {
  const tags = { ...defaults?.tags };
  for (const required of defaults?.required_tags ?? []) {
    tags[required] ??= '';
  }
  return {
    name,
    size: null,
    idle: defaults?.idle_minutes ?? 60,
    schedules: [],
    ssh: 'none',
    sshKey: '',
    network: 'azure',
    vnetGroup: '',
    vnet: '',
    subnet: '',
    subnetId: '',
    publicIp: true,
    forOther: false,
    objectId: '',
    tenantId: '',
    creation: { text: '', path: '', arguments: '' },
    startup: { text: '', path: '', arguments: '' },
    scriptMinutes: '15',
    rstudio: false,
    applications: [],
    identity: 'none',
    identities: '',
    sso: null,
    tags: Object.entries(tags).map(([key, value]) => ({ key, value })),
    description: '',
    useExisting: false
  };
}

/** A name to begin with: the user's own, where it makes a legal one. */
export function suggestedName(user: string | null): string {
  const base = (user ?? '')
    .split('@')[0]
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+|-+$/g, '')
    .slice(0, 20);
  return base ? `${base}-ci` : '';
}

/**
 * What is sent for a draft: nothing of what is at its default, so that the server's own defaults
 * count, and nothing of a choice that was taken back.
 *
 * @param size - The size that is chosen or usual.
 */
export function requestOf(draft: IInstanceDraft, size: string): CreateInstance {
  const request: CreateInstance = {
    name: draft.name.trim(),
    vm_size: size,
    idle_shutdown_minutes: draft.idle
  };
  if (draft.schedules.length > 0) {
    request.schedules = draft.schedules;
  }
  if (draft.ssh !== 'none' && draft.sshKey.trim() && !draft.forOther) {
    request.ssh_public_key = draft.sshKey.trim();
  }
  if (draft.network === 'names') {
    request.vnet_resource_group = draft.vnetGroup.trim();
    request.vnet_name = draft.vnet.trim();
    request.subnet_name = draft.subnet.trim();
  } else if (draft.network === 'id') {
    request.subnet_id = draft.subnetId.trim();
  }
  if (!draft.publicIp) {
    request.enable_node_public_ip = false;
  }
  if (draft.forOther) {
    request.assigned_user_object_id = draft.objectId.trim();
    request.assigned_user_tenant_id = draft.tenantId.trim();
  }
  const scripts = scriptsOf(draft);
  if (scripts) {
    request.setup_scripts = scripts;
  }
  if (draft.rstudio) {
    request.rstudio = true;
  }
  if (draft.applications.length > 0) {
    request.custom_applications = draft.applications.map(applicationOf);
  }
  if (draft.identity === 'system') {
    request.identity = 'system';
  } else if (draft.identity === 'user') {
    request.identity = draft.identities.split(/\s+/).filter(Boolean);
  }
  if (draft.sso !== null) {
    request.enable_sso = draft.sso;
  }
  const tags = draft.tags.filter(tag => tag.key.trim());
  if (tags.length > 0) {
    request.tags = Object.fromEntries(tags.map(tag => [tag.key.trim(), tag.value.trim()]));
  }
  if (draft.description.trim()) {
    request.description = draft.description.trim();
  }
  if (draft.useExisting) {
    request.if_exists = 'use';
  }
  return request;
}

function scriptsOf(draft: IInstanceDraft): CreateInstance['setup_scripts'] {
  const { creation, startup } = draft;
  if (![creation, startup].some(each => each.text || each.path || each.arguments.trim())) {
    return null;
  }
  const minutes = Number(draft.scriptMinutes);
  return {
    ...(creation.text ? { creation: creation.text } : {}),
    ...(creation.path.trim() ? { creation_path: creation.path.trim() } : {}),
    ...(creation.arguments.trim() ? { creation_arguments: creation.arguments.trim() } : {}),
    ...(startup.text ? { startup: startup.text } : {}),
    ...(startup.path.trim() ? { startup_path: startup.path.trim() } : {}),
    ...(startup.arguments.trim() ? { startup_arguments: startup.arguments.trim() } : {}),
    // What is no number is refused by the server, at its field.
    timeout_minutes: Number.isInteger(minutes) ? minutes : 0
  };
}

/** An application in Azure's own JSON. */
function applicationOf(draft: IApplicationDraft): Record<string, unknown> {
  const port = (text: string) => (/^\d+$/.test(text.trim()) ? Number(text) : null);
  return {
    name: draft.name.trim(),
    image: { type: 'docker', reference: draft.image.trim() || null },
    endpoints: [
      {
        protocol: 'http',
        name: 'connect',
        target: port(draft.target),
        published: port(draft.published || draft.target)
      }
    ],
    volumes: [],
    environmentVariables: {}
  };
}

/** How many of a group's options are other than usual; 0 when none is. */
export function setIn(group: OptionGroup, draft: IInstanceDraft): number {
  const count = (...values: unknown[]) => values.filter(Boolean).length;
  switch (group) {
    case 'schedules':
      return draft.schedules.length;
    case 'ssh':
      return count(draft.ssh !== 'none' && !draft.forOther);
    case 'network':
      return count(draft.network !== 'azure', !draft.publicIp);
    case 'scripts':
      return count(
        draft.creation.text || draft.creation.path,
        draft.startup.text || draft.startup.path
      );
    case 'applications':
      return count(draft.rstudio) + draft.applications.length;
    case 'person':
      return count(draft.forOther);
    case 'identity':
      return count(draft.identity !== 'none', draft.sso !== null);
    case 'labels':
      return (
        draft.tags.filter(tag => tag.key && tag.value).length + count(draft.description.trim())
      );
    case 'existing':
      return count(draft.useExisting);
  }
}
