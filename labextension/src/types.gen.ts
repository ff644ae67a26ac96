/*
 * Generated from the server's declarations; do not edit.
 * python -m jupyter_ci_manager.server.generate --typescript labextension/src/types.gen.ts
 */

/** Schema of the events that say an instance changed. */
export const INSTANCE_EVENT = 'https://events.jupyter.org/jupyter_ci_manager/instance/v1';

/** Schema of the events that say a job changed or ended. */
export const JOB_EVENT = 'https://events.jupyter.org/jupyter_ci_manager/job/v1';

export type ActionName =
  | 'delete'
  | 'open'
  | 'postpone'
  | 'resize'
  | 'restart'
  | 'set_idle_shutdown'
  | 'set_schedules'
  | 'ssh'
  | 'start'
  | 'stop';

export type Allowed = 'no' | 'unknown' | 'yes';

export type JobState =
  'cancelled' | 'cancelling' | 'failed' | 'interrupted' | 'queued' | 'running' | 'succeeded';

/** A web application on an instance, such as JupyterLab. */
export interface Application {
  name: string;
  url: string;
}

/**
 * A hint on Jupyter's event bus that something changed; the data are read over REST.
 *
 * `revision` counts up with every event of one server, which `server_id` names.
 */
export interface ChangeEvent {
  kind: 'changed' | 'ended' | 'removed';
  name: string;
  revision: number;
  server_id: string;
  timestamp: string;
}

/**
 * One compute instance. Times are RFC 3339 in UTC; money is USD per hour, a list price.
 *
 * `billing` says what it costs in its present state; `is_billed` whether computing is billed in
 * it, where that is certain. `idle_shutdown_minutes` and `schedules` are the user's own, also
 * while a stop is put off (`postponed`). `operation` is what Azure is doing with it now. `advice` is a sentence for when something
 * lasts too long or needs somebody's attention. `cost_since_start` is an estimate from list
 * prices. `is_complete` is false where a part of Azure's answer could not be read.
 */
export interface ComputeInstance {
  name: string;
  state: string;
  vm_size: string | null;
  location: string | null;
  id: string | null;
  provisioning_state: string | null;
  created_on: string | null;
  modified_on: string | null;
  created_by: Person | null;
  assigned_user: Person | null;
  is_mine: boolean | null;
  is_this_machine: boolean;
  ssh: Ssh;
  public_ip: string | null;
  private_ip: string | null;
  subnet: string | null;
  applications: Application[];
  terminal_url: string | null;
  idle_shutdown_minutes: number | null;
  schedules: Schedule[];
  last_operation: LastOperation | null;
  errors: InstanceError[];
  price_per_hour: number | null;
  billing: string | null;
  is_billed: boolean | null;
  operation: string | null;
  running_since: string | null;
  state_since: string | null;
  advice: string | null;
  cost_since_start: number | null;
  next_stop: string | null;
  next_stop_reason: string | null;
  postponed: Postponement | null;
  sso_enabled: boolean | null;
  managed_identity: string | null;
  image: ImageInfo | null;
  setup: Setup | null;
  tags: Record<string, string>;
  description: string | null;
  studio_url: string | null;
  is_complete: boolean;
  actions: Record<string, Verdict>;
}

/**
 * The compute wing's state in one answer: backend, workspace and why, who acts, where.
 *
 * `workspace_note` says when a choice does not outlive this process.
 */
export interface ComputeStatus {
  backend: 'azure' | 'emulator';
  endpoint: string;
  workspace: Workspace | null;
  workspace_source: string;
  workspace_note: string;
  identity: Identity;
  this_machine: ThisMachine;
  links: Record<string, string>;
  error: ErrorInfo | null;
}

/**
 * What a new instance shall be. Only `name` has no default.
 *
 * `idle_shutdown_minutes`: 15 to 4320; 0 means never; `null` takes the setting's default.
 * `subnet_id` is a full ARM id, or `vnet_resource_group`, `vnet_name` and `subnet_name`
 * are all given. `if_exists="use"` gives back an existing instance of one's own.
 */
export interface CreateInstance {
  name: string;
  vm_size?: string | null;
  ssh_public_key?: string | null;
  subnet_id?: string | null;
  vnet_resource_group?: string | null;
  vnet_name?: string | null;
  subnet_name?: string | null;
  enable_node_public_ip?: boolean | null;
  assigned_user_object_id?: string | null;
  assigned_user_tenant_id?: string | null;
  idle_shutdown_minutes?: number | null;
  schedules?: Schedule[];
  setup_scripts?: SetupScripts | null;
  identity?: 'none' | 'system' | string[];
  enable_sso?: boolean | null;
  rstudio?: boolean;
  custom_applications?: Record<string, unknown>[];
  tags?: Record<string, string>;
  description?: string | null;
  if_exists?: 'fail' | 'use';
}

/** What creating would send and cost, and the same in other tools' words. */
export interface CreatePreview {
  url: string;
  body: Record<string, unknown>;
  template: Record<string, unknown>;
  az: string;
  python: string;
  price_per_hour: number | null;
  problems: ErrorInfo[];
  notes: string[];
}

/** Use of one disk of this machine, in bytes. */
export interface Disk {
  path: string;
  total: number;
  free: number;
  warning: string;
}

/**
 * A conda environment on this machine; `size_bytes` is `null` until it was counted.
 *
 * `problems` says one by one what is wrong with one that is looked after, `snapshot_taken`
 * is when it was last kept (seconds since the epoch), and `outlook` says what its loss would
 * mean; it is empty where nobody looks after it. `is_frozen`: no package of it may change.
 */
export interface Environment {
  name: string;
  prefix: string;
  language: string | null;
  version: string | null;
  size_bytes: number | null;
  package_count: number | null;
  kernels: string[];
  is_base: boolean;
  is_protected: boolean;
  protection_reason: string;
  can_unprotect: boolean;
  is_frozen: boolean;
  is_broken: boolean;
  broken_reason: string;
  problems: string[];
  can_restore: boolean;
  snapshot_taken: number | null;
  outlook: string;
  created_by_us: boolean;
  job_id: string | null;
}

/** The conda environments of this machine. */
export interface EnvironmentList {
  environments: Environment[];
}

/** The new name of an environment; `confirm` is its old one where something runs in it. */
export interface EnvironmentRename {
  name: string;
  confirm?: string | null;
}

/** Every refusal: Jupyter's own `message` and `reason`, and what to do next. */
export interface ErrorAnswer {
  message: string;
  reason: string;
  code: string;
  hint: string;
  field: string | null;
  details: Record<string, unknown>;
  retry_after: number | null;
}

/** An error as every face receives it (see `errors.CIManagerError.to_dict`). */
export interface ErrorInfo {
  code: string;
  message: string;
  hint: string;
  field: string | null;
  details: Record<string, unknown>;
  retry_after: number | null;
}

/** An environment as text, ready for a file. */
export interface ExportText {
  text: string;
}

/**
 * Who acts in Azure: a user or a managed identity, never its token.
 *
 * `is_kept`: the sign-in itself outlives this process, for tokens are kept on disk. `prompt` is
 * of a sign-in that waits for its code: beside `signed_in` another person's, say, and who is
 * signed in stays so until it has succeeded. `error` is why the last sign-in came to nothing.
 */
export interface Identity {
  state: 'signed_in' | 'signed_out' | 'signing_in' | 'unknown';
  kind: 'emulator' | 'managed_identity' | 'service_principal' | 'unknown' | 'user';
  name: string | null;
  object_id: string | null;
  tenant_id: string | null;
  credential: string | null;
  is_kept: boolean;
  prompt: SignInPrompt | null;
  error: ErrorInfo | null;
}

/** Minutes without activity after which Azure stops the instance; `null` or 0: never. */
export interface IdleShutdown {
  minutes: number | null;
}

/**
 * The operating-system image an instance runs.
 *
 * `age_days` where its version is a date. `advice` is a sentence for when there is a newer one.
 */
export interface ImageInfo {
  current: string | null;
  latest: string | null;
  is_latest: boolean | null;
  age_days: number | null;
  advice: string;
}

/**
 * What a form for a new instance begins with.
 *
 * `idle_minutes` 0 means never. `tags` are given to every new instance, `required_tags`
 * must have a value. `time_zone` is the Windows name of the zone that was asked about, else
 * UTC. `setup_script` is a frame to write a setup script into.
 */
export interface InstanceDefaults {
  vm_size: string;
  idle_minutes: number;
  tags: Record<string, string>;
  required_tags: string[];
  most_schedules: number;
  time_zone: string;
  time_zones: TimeZone[];
  setup_script: string;
}

/** One error that Azure reports for an instance, verbatim and in plain words. */
export interface InstanceError {
  code: string | null;
  message: string;
  explanation: string;
  details: Record<string, unknown>;
}

/** A training job that runs or waits on an instance. */
export interface InstanceJob {
  name: string;
  display_name: string | null;
  status: string;
  created_by: string | null;
  created_on: string | null;
  studio_url: string | null;
}

/**
 * The training jobs that run or wait on an instance.
 *
 * `is_complete` is false where the workspace has so many jobs that old ones were not looked at.
 */
export interface InstanceJobs {
  jobs: InstanceJob[];
  is_complete: boolean;
}

/**
 * The instances of a workspace as last read.
 *
 * When Azure cannot be read now, `error` says why and `instances` is the last good list,
 * `age_seconds` old. `now` is the present moment by Azure's clock, against which all times of
 * instances are to be read.
 */
export interface InstanceList {
  instances: ComputeInstance[];
  workspace: Workspace | null;
  revision: number;
  age_seconds: number | null;
  error: ErrorInfo | null;
  cost_per_hour: number | null;
  now: string | null;
}

/** A job as derived from its folder. Times are seconds since the epoch. */
export interface Job {
  id: string;
  task: string;
  target: string;
  title: string;
  state: JobState;
  phase: string | null;
  phases: string[];
  progress: Progress | null;
  created: number;
  started: number | null;
  ended: number | null;
  last_line: string | null;
  result: Record<string, unknown> | null;
  error: Record<string, unknown> | null;
  can_cancel: boolean;
  can_retry: boolean;
  log_size: number;
}

/** What a job was asked to do, in the words of its task. */
export interface JobAsked {
  task: string;
  request: Record<string, unknown>;
}

/**
 * One line of a job's journal. `kind` says which of the other fields are set.
 *
 * `process` names a process (`text` is `runner` or `child`), `record` holds facts in
 * `data` that an undo needs, `cancelling` says that somebody asked the job to stop.
 */
export interface JobEvent {
  kind:
    | 'cancelling'
    | 'created'
    | 'ended'
    | 'error'
    | 'log'
    | 'phase'
    | 'process'
    | 'progress'
    | 'record'
    | 'result'
    | 'started';
  time: number;
  phase?: string | null;
  done?: number | null;
  total?: number | null;
  unit?: string | null;
  text?: string | null;
  pid?: number | null;
  created?: number | null;
  state?: string | null;
  data?: Record<string, unknown> | null;
}

/** A slice of a job's journal: the events from a byte offset, and where to go on. */
export interface JobEvents {
  events: JobEvent[];
  next_offset: number;
  state: JobState;
}

/** The jobs of this user, newest first. */
export interface JobList {
  jobs: Job[];
}

/** A Jupyter kernel spec on this machine, and whether it can work. */
export interface Kernel {
  name: string;
  display_name: string;
  language: string;
  resource_dir: string;
  environment: string | null;
  prefix: string | null;
  is_ours: boolean;
  is_protected: boolean;
  protection_reason: string;
  is_broken: boolean;
  broken_code: string;
  broken_reason: string;
  can_repair: boolean;
}

/** The kernel specs of this machine. */
export interface KernelList {
  kernels: Kernel[];
}

/** The new name that Jupyter shows for a kernel. */
export interface KernelPatch {
  display_name: string;
}

/**
 * What a new kernel shall be. Only `name` has no default.
 *
 * Exactly one source: `packages` (the default: the language's own, newest version), an
 * `environment_yml` text, a `lock` text (explicit or conda lock file), `existing` (name or
 * prefix of an environment), or `clone` (likewise). `scope="machine"` registers the kernel
 * for all users. `dry_run` only tells what would be done.
 */
export interface KernelRequest {
  name: string;
  display_name?: string | null;
  language?: string;
  version?: string | null;
  packages?: string[];
  pip?: string[];
  channels?: string[];
  environment_yml?: string | null;
  lock?: string | null;
  existing?: string | null;
  clone?: string | null;
  scope?: 'machine' | 'user';
  engine?: 'auto' | 'conda' | 'rattler' | null;
  dry_run?: boolean;
}

/** The kernels wing's state: engine and why, conda, folders, protection at a glance. */
export interface KernelsStatus {
  engine: string;
  engine_reason: string;
  conda: string | null;
  conda_version: string | null;
  envs_dir: string;
  channels: string[];
  kernels_dir: string;
  hostname: string;
  free_bytes: number | null;
  protected: string[];
  warnings: string[];
}

/**
 * A language that kernels can be made for.
 *
 * A kernel in the environment `x` is shown as `title (x)` unless asked otherwise.
 * `versions` are those that the channels have, newest first; empty while nobody has asked the
 * channels, and where no version can be chosen (`has_version` is false).
 */
export interface LanguageChoice {
  name: string;
  title: string;
  packages: string[];
  has_version: boolean;
  versions: string[];
}

/** The languages that kernels can be made for, Python first. */
export interface LanguageList {
  languages: LanguageChoice[];
}

/** What was last done to an instance, by whom and how it ended. */
export interface LastOperation {
  name: string | null;
  status: string | null;
  trigger: string | null;
  time: string | null;
}

/** Whether `%ci` is in all of the user's kernels, by which start-up file of IPython. */
export interface Magics {
  on: boolean;
  path: string;
}

/** Where the user's environments are written down. */
export interface Manifest {
  path: string;
}

/** Whether a name may be given to a new instance; `available` needs Azure's word. */
export interface NameCheck {
  name: string;
  valid: boolean;
  available: Allowed;
  reason: string;
  code: string;
  suggestion: string | null;
}

/**
 * A kernel that may stand in for a missing one; the higher the score, the nearer.
 *
 * `has` and `missing` divide the packages that were asked about.
 */
export interface NearKernel {
  kernel: Kernel;
  score: number;
  reasons: ('alike_name' | 'former_name' | 'packages' | 'same_language' | 'same_name' | 'same_version')[];
  has: string[];
  missing: string[];
}

/** The kernels that may stand in for a missing one, nearest first. */
export interface NearKernelList {
  kernels: NearKernel[];
}

/** What was written down and cannot be made here: its name, and the refusal. */
export interface NotRebuilt {
  name: string;
  error: Record<string, unknown>;
}

/** A package in an environment; `source` is `conda` or `pypi`. */
export interface Package {
  name: string;
  version: string;
  build: string;
  channel: string;
  source: 'conda' | 'pypi';
  size_bytes: number | null;
  requested: boolean;
}

/** One line of a preview: `before` or `after` is `null` where there is none. */
export interface PackageChange {
  name: string;
  before: string | null;
  after: string | null;
  size_bytes: number | null;
}

/** The packages of an environment. */
export interface PackageList {
  packages: Package[];
}

/**
 * A package that a channel has: `version` is its newest, `versions` newest first.
 *
 * `size_bytes` is that of the newest version's archive; `summary` is empty where the channel
 * does not tell it quickly.
 */
export interface PackageMatch {
  name: string;
  version: string;
  versions: string[];
  channel: string;
  size_bytes: number | null;
  summary: string;
}

/** The best matches of a search, best first, and how many there are in all. */
export interface PackageMatches {
  packages: PackageMatch[];
  total: number;
}

/** A change of an environment's packages. */
export interface PackageRequest {
  action: 'install' | 'remove' | 'update';
  packages: string[];
  source?: 'conda' | 'pypi';
  channels?: string[];
  dry_run?: boolean;
}

/** Whether the signed-in user may do one Azure action in the workspace. */
export interface Permission {
  action: string;
  azure_action: string;
  allowed: Allowed;
  reason: string;
}

/** What the signed-in user may do in the workspace. */
export interface PermissionList {
  permissions: Permission[];
}

/** Somebody in Azure: creator or assigned user. */
export interface Person {
  name: string | null;
  object_id: string | null;
  tenant_id: string | null;
}

/** By how many minutes the coming stop moves, at most eight hours. */
export interface Postpone {
  minutes: number;
}

/**
 * A coming stop that was put off: the instance is not stopped before `until`.
 *
 * `stops`: it is stopped then, by its schedule. What is said in `restores` comes back at
 * `until`: the instance shows it all the while, and a server, or the first face that looks after
 * that, brings it back in Azure.
 */
export interface Postponement {
  until: string;
  restores: string;
  stops: boolean;
}

/** What a request would change, what it would download, and what the disk has. */
export interface Preview {
  prefix: string;
  engine: string;
  engine_reason: string;
  changes: PackageChange[];
  download_bytes: number;
  disk_bytes: number;
  free_bytes: number;
  display_name: string | null;
  problems: Record<string, unknown>[];
}

/** How far the present phase is, in real units ("bytes", "packages", "files"). */
export interface Progress {
  done: number;
  total: number | null;
  unit: string;
}

/** The jobs that make anew what was written down, and what was refused. */
export interface Rebuilt {
  jobs: Job[];
  refused: NotRebuilt[];
}

/** The VM size that an instance shall have. */
export interface Resize {
  vm_size: string;
}

/**
 * One start or stop that Azure does by itself.
 *
 * `time_zone` is a Windows name ("Pacific Standard Time"), as Azure wants it. `expression`
 * is a five-field cron line when `trigger` is `cron`; else `recurrence` holds Azure's own
 * object (frequency, interval, schedule).
 */
export interface Schedule {
  action: 'start' | 'stop';
  trigger?: 'cron' | 'recurrence';
  enabled?: boolean;
  expression?: string | null;
  recurrence?: Record<string, unknown> | null;
  time_zone?: string;
  start_time?: string | null;
  id?: string | null;
  provisioning_status?: string | null;
}

/** All starts and stops that Azure shall do by itself; what is not listed goes. */
export interface Schedules {
  schedules: Schedule[];
}

/**
 * The setup scripts of an instance, and how they stand; `message` says it in words.
 *
 * `creation` runs once, `startup` at every start. `log_url` is the studio's page with the
 * scripts' logs.
 */
export interface Setup {
  creation: boolean;
  startup: boolean;
  state: 'failed' | 'running' | 'succeeded' | 'unknown' | 'waiting';
  message: string;
  log_url: string | null;
}

/**
 * Scripts that Azure runs on the instance, at creation and at every start.
 *
 * Each is inline text, or a path in the workspace's file share (`Users/anna/setup.sh`).
 */
export interface SetupScripts {
  creation?: string | null;
  creation_path?: string | null;
  creation_arguments?: string | null;
  startup?: string | null;
  startup_path?: string | null;
  startup_arguments?: string | null;
  timeout_minutes?: number;
}

/** How to sign in; `device_code` gives a code and a link, the others try at once. */
export interface SignIn {
  method: 'auto' | 'cli' | 'device_code' | 'environment' | 'managed_identity';
}

/** A device-code sign-in that waits for the user. */
export interface SignInPrompt {
  code: string;
  url: string;
  expires_on: string;
  message: string;
}

/** Whether users reach Azure from an instance with the sign-in they opened it with. */
export interface SingleSignOn {
  enabled: boolean;
}

/** The VM sizes of the workspace's region. */
export interface SizeList {
  sizes: VmSize[];
}

/** A snapshot of an environment; `taken` is in seconds since the epoch. */
export interface Snapshot {
  number: number;
  taken: number;
  files: number;
  package_count: number;
  kernels: string[];
}

/**
 * An environment's snapshots, newest first, and how it stands to the newest.
 *
 * `current` and `outdated` are well; `impossible` cannot be kept, and `outlook` says why.
 */
export interface SnapshotList {
  state: 'current' | 'damaged' | 'impossible' | 'lost' | 'none' | 'outdated' | 'replaced';
  outlook: string;
  can_restore: boolean;
  problems: string[];
  lost_kernels: string[];
  snapshots: Snapshot[];
}

/** How to reach an instance by SSH; `command` only where it can work. */
export interface Ssh {
  enabled: boolean;
  host: string | null;
  port: number | null;
  user: string | null;
  command: string | null;
}

/** A new key pair. The private part is given once and kept nowhere by us. */
export interface SshKeyPair {
  public_key: string;
  private_key: string;
  fingerprint: string;
}

/**
 * Everything a face asks first; `server_id` changes when the server was restarted.
 *
 * `may_write` says for `instances`, `workspaces`, `sign_in`, `environments`,
 * `kernels`, `jobs` and `magics` whether this Jupyter server lets the user change any.
 */
export interface Status {
  version: string;
  server_id: string;
  may_write: Record<string, boolean>;
  compute: ComputeStatus;
  kernels: KernelsStatus;
}

/** Whether `%ci` shall be in all of the user's kernels. */
export interface SwitchMagics {
  on: boolean;
}

/** What is known of the machine we run on. */
export interface ThisMachine {
  is_compute_instance: boolean;
  name: string | null;
  hostname: string;
  disks: Disk[];
}

/** A time zone by its Windows name, as Azure wants it, and a place in it. */
export interface TimeZone {
  name: string;
  place: string;
}

/**
 * Cores of one VM family (or of the region, `family == ""`): used, limit, who holds them.
 *
 * `limit` is `null` where there is none.
 */
export interface Usage {
  family: string;
  name: string;
  used: number;
  limit: number | null;
  holders: UsageHolder[];
}

/** An instance or cluster that holds cores of a family. */
export interface UsageHolder {
  name: string;
  kind: 'cluster' | 'instance';
  cores: number;
  state: string | null;
}

/** Cores used and allowed, by VM family and for the region. */
export interface UsageList {
  usages: Usage[];
}

/**
 * A process that uses an environment.
 *
 * `name` is the notebook's path of a kernel that belongs to one, the command line of a
 * program, and the terminal's name with that in a terminal. `is_ours`: whether the process
 * that answers has started it, such as a kernel of this Jupyter server.
 */
export interface Use {
  pid: number;
  kind: 'kernel' | 'notebook' | 'program' | 'terminal';
  name: string;
  is_ours: boolean;
}

/** What runs in an environment. */
export interface UseList {
  uses: Use[];
}

/** Whether something may be done now, and if not, why: a sentence a person can act on. */
export interface Verdict {
  allowed: Allowed;
  reason: string;
  code: string;
  needs_confirmation: boolean;
}

/** A VM size, and whether an instance of it can be created now. */
export interface VmSize {
  name: string;
  family: string;
  cores: number;
  memory_gb: number;
  gpus: number;
  disk_gb: number | null;
  price_per_hour: number | null;
  available: Allowed;
  reason: string;
  code: string;
}

/** An Azure Machine Learning workspace. */
export interface Workspace {
  subscription_id: string;
  resource_group: string;
  name: string;
  location: string | null;
  tenant_id: string | null;
  friendly_name: string | null;
  managed_network: boolean | null;
}

/** The workspace to use from now on; the fields of `Workspace`, of which three count. */
export interface WorkspaceChoice {
  subscription_id: string;
  resource_group: string;
  name: string;
  location?: string | null;
  tenant_id?: string | null;
  friendly_name?: string | null;
  managed_network?: boolean | null;
}

/** The workspaces that the signed-in user can see, and the one in use. */
export interface WorkspaceList {
  workspaces: Workspace[];
  selected: Workspace | null;
}
