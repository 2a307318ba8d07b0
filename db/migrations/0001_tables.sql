-- Every table, its keys, invariants and indexes. Who may see what is 0002; partitions are made by 0003.
-- Constraints are named: a broken one is reported by its name.

-- A UUID v7 for rows that SQL itself makes (PostgreSQL 18 has uuidv7(), 15 to 17 do not).
create function new_id() returns uuid language sql volatile as $$
  select encode(
    set_bit(set_bit(
      overlay(uuid_send(gen_random_uuid()) placing substring(int8send((extract(epoch from clock_timestamp()) * 1000)::bigint) from 3) from 1 for 6),
      52, 1), 53, 1), 'hex')::uuid
$$;

-- Milliseconds from one instant to another, never negative, null when either is missing.
create function elapsed_ms(since timestamptz, until timestamptz) returns double precision language sql immutable as $$
  select greatest(extract(epoch from until - since) * 1000, 0)::double precision
$$;

create function is_final(state_type text) returns boolean language sql immutable as $$
  select state_type in ('COMPLETED', 'FAILED', 'CANCELLED', 'CRASHED')
$$;

create table accounts (
  id uuid primary key,
  name text not null constraint accounts_name check (char_length(name) between 1 and 255),
  created_at timestamptz not null
);

create table workspaces (
  id uuid primary key,
  account_id uuid not null references accounts (id),
  name text not null constraint workspaces_name check (char_length(name) between 1 and 255),
  handle text not null constraint workspaces_handle check (handle ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
  created_at timestamptz not null,
  constraint workspaces_handle_once unique (handle)
);

create table api_keys (
  workspace_id uuid not null references workspaces (id),
  id uuid not null,
  name text not null constraint api_keys_name check (char_length(name) between 1 and 255),
  role text not null constraint api_keys_role check (role in ('ADMIN', 'EDITOR', 'VIEWER', 'WORKER')),
  secret_hash text not null constraint api_keys_secret_hash check (secret_hash ~ '^[0-9a-f]{64}$'),
  created_at timestamptz not null,
  created_by text,
  expires_at timestamptz,
  revoked_at timestamptz,
  primary key (workspace_id, id),
  -- A key is looked up before its workspace is known.
  constraint api_keys_id_once unique (id)
);

create table sign_in_tokens (
  workspace_id uuid not null references workspaces (id),
  token_hash text not null constraint sign_in_tokens_hash check (token_hash ~ '^[0-9a-f]{64}$'),
  used_at timestamptz not null,
  expires_at timestamptz not null,
  primary key (workspace_id, token_hash)
);

create table flows (
  workspace_id uuid not null references workspaces (id),
  id uuid not null,
  name text not null constraint flows_name check (char_length(name) between 1 and 255),
  created_at timestamptz not null,
  primary key (workspace_id, id),
  constraint flows_name_once unique (workspace_id, name)
);

create table work_pools (
  workspace_id uuid not null references workspaces (id),
  id uuid not null,
  name text not null constraint work_pools_name check (char_length(name) between 1 and 255),
  type text not null,
  description text,
  is_paused boolean not null,
  job_variables jsonb not null constraint work_pools_job_variables check (jsonb_typeof(job_variables) = 'object'),
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (workspace_id, id),
  constraint work_pools_name_once unique (workspace_id, name)
);

create table work_queues (
  workspace_id uuid not null,
  id uuid not null,
  work_pool_id uuid not null,
  name text not null constraint work_queues_name check (char_length(name) between 1 and 255),
  priority integer not null constraint work_queues_priority check (priority >= 1),
  is_paused boolean not null,
  created_at timestamptz not null,
  primary key (workspace_id, id),
  foreign key (workspace_id, work_pool_id) references work_pools (workspace_id, id),
  constraint work_queues_name_once unique (workspace_id, work_pool_id, name)
);

create table limits (
  workspace_id uuid not null references workspaces (id),
  id uuid not null,
  kind text not null constraint limits_kind check (kind in ('pool', 'queue', 'deployment', 'named')),
  name text not null,
  max integer constraint limits_max check (max >= 0),
  primary key (workspace_id, id)
);

-- No foreign keys: a claim would lock the limit's row once more, and slots never outlive their lease anyway.
create table slots (
  workspace_id uuid not null,
  limit_id uuid not null,
  flow_run_id uuid not null,
  epoch integer not null constraint slots_epoch check (epoch >= 1),
  count integer not null constraint slots_count check (count >= 1),
  taken_at timestamptz not null,
  primary key (workspace_id, limit_id, flow_run_id)
);
create index slots_by_flow_run on slots (workspace_id, flow_run_id);

create table deployments (
  workspace_id uuid not null references workspaces (id),
  id uuid not null,
  flow_id uuid not null,
  name text not null constraint deployments_name check (char_length(name) between 1 and 255),
  description text,
  tags text[] not null,
  is_paused boolean not null,
  work_pool_id uuid not null,
  work_queue_id uuid not null,
  parameters jsonb not null constraint deployments_parameters check (jsonb_typeof(parameters) = 'object'),
  parameter_schema jsonb,
  job_variables jsonb not null constraint deployments_job_variables check (jsonb_typeof(job_variables) = 'object'),
  version_id uuid not null,
  reuse boolean not null,
  preload boolean not null,
  retries jsonb not null,
  retry_on_crash integer not null constraint deployments_retry_on_crash check (retry_on_crash >= 0),
  on_contact_lost text not null constraint deployments_on_contact_lost check (on_contact_lost in ('continue', 'stop')),
  start_again boolean not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (workspace_id, id),
  foreign key (workspace_id, flow_id) references flows (workspace_id, id),
  foreign key (workspace_id, work_pool_id) references work_pools (workspace_id, id),
  foreign key (workspace_id, work_queue_id) references work_queues (workspace_id, id),
  constraint deployments_name_once unique (workspace_id, flow_id, name),
  -- A crash is retried only where the old runner is sure to have stopped.
  constraint deployments_retry_on_crash_needs_fence check (retry_on_crash = 0 or on_contact_lost = 'stop')
);

create table deployment_versions (
  workspace_id uuid not null,
  deployment_id uuid not null,
  id uuid not null,
  number integer not null constraint deployment_versions_number check (number >= 1),
  entrypoint text not null,
  path text not null,
  content_hash text,
  created_at timestamptz not null,
  primary key (workspace_id, deployment_id, id),
  foreign key (workspace_id, deployment_id) references deployments (workspace_id, id),
  constraint deployment_versions_number_once unique (workspace_id, deployment_id, number)
);

create table workers (
  workspace_id uuid not null,
  id uuid not null,
  work_pool_id uuid not null,
  name text not null constraint workers_name check (char_length(name) between 1 and 255),
  type text not null,
  version text,
  hostname text,
  labels jsonb not null,
  slots integer not null constraint workers_slots check (slots >= 0),
  session_id uuid not null,
  last_seen_at timestamptz not null,
  created_at timestamptz not null,
  primary key (workspace_id, id),
  foreign key (workspace_id, work_pool_id) references work_pools (workspace_id, id),
  constraint workers_name_once unique (workspace_id, work_pool_id, name)
) with (fillfactor = 70);

create table worker_sessions (
  workspace_id uuid not null,
  id uuid not null,
  worker_id uuid not null,
  work_pool_id uuid not null,
  queues text[] not null,
  slots integer not null constraint worker_sessions_slots check (slots >= 0),
  started_at timestamptz not null,
  heard_at timestamptz not null,
  ended_at timestamptz,
  primary key (workspace_id, id),
  foreign key (workspace_id, worker_id) references workers (workspace_id, id)
) with (fillfactor = 70);
create index worker_sessions_by_worker on worker_sessions (workspace_id, worker_id) where ended_at is null;

-- No foreign keys: every insert would write a key-share lock into the row of its flow, deployment, pool and queue, and those rows are shared by all.
-- The functions that insert runs take these ids from rows that they have just read.
create table flow_runs (
  workspace_id uuid not null,
  id uuid not null,
  flow_id uuid not null,
  deployment_id uuid,
  deployment_version_id uuid,
  work_pool_id uuid,
  work_pool_type text,
  work_queue_id uuid,
  name text not null constraint flow_runs_name check (char_length(name) between 1 and 255),
  parameters jsonb not null constraint flow_runs_parameters check (jsonb_typeof(parameters) = 'object'),
  tags text[] not null,
  job_variables jsonb not null constraint flow_runs_job_variables check (jsonb_typeof(job_variables) = 'object'),
  idempotency_key text,
  created_by text,
  parent_flow_run_id uuid,
  parent_task_run_id uuid,
  root_flow_run_id uuid,

  state_id uuid not null,
  state_type text not null constraint flow_runs_state_type
    check (state_type in ('SCHEDULED', 'PENDING', 'RUNNING', 'PAUSED', 'CANCELLING', 'COMPLETED', 'FAILED', 'CANCELLED', 'CRASHED')),
  state_name text not null,
  state_message text,
  state_timestamp timestamptz not null,
  state_details jsonb not null,
  run_count integer not null constraint flow_runs_run_count check (run_count >= 0),

  epoch integer not null constraint flow_runs_epoch check (epoch >= 1),
  last_n integer not null constraint flow_runs_last_n check (last_n >= 0),
  holder_kind text constraint flow_runs_holder_kind check (holder_kind in ('worker', 'runner')),
  holder_session_id uuid,
  heard_at timestamptz,
  claimed_at timestamptz,
  clock_shift double precision,
  worker_id uuid,
  infrastructure_id text,
  exited_at timestamptz,
  exit jsonb,

  retries jsonb not null,
  retry_on_crash integer not null,
  on_contact_lost text not null constraint flow_runs_on_contact_lost check (on_contact_lost in ('continue', 'stop')),
  start_again boolean not null,

  scheduled_time timestamptz,
  created_at timestamptz not null,
  start_time timestamptz,
  end_time timestamptz,
  waiting_ms double precision not null,
  starting_ms double precision not null,
  running_ms double precision not null,

  watched_until timestamptz,
  sequence bigint not null,

  primary key (workspace_id, id),
  constraint flow_runs_worker_has_session check ((holder_kind is not distinct from 'worker') = (holder_session_id is not null)),
  constraint flow_runs_holder_was_heard check (holder_kind is null or (heard_at is not null and claimed_at is not null)),
  constraint flow_runs_final_is_free check (not is_final(state_type) or holder_kind is null),
  constraint flow_runs_active_is_held check
    (root_flow_run_id is not null or holder_kind is not null or state_type in ('SCHEDULED', 'PAUSED') or is_final(state_type)),
  constraint flow_runs_subflow_has_no_lease check (root_flow_run_id is null or holder_kind is null),
  constraint flow_runs_exit_is_of_holder check (exited_at is null or holder_kind is not null),
  constraint flow_runs_pool_is_whole check
    ((work_pool_id is null) = (work_pool_type is null) and (work_pool_id is null) = (work_queue_id is null) and (work_pool_id is null or deployment_id is not null)),
  constraint flow_runs_deployment_has_version check ((deployment_id is null) = (deployment_version_id is null)),
  constraint flow_runs_scheduled_has_time check (state_type <> 'SCHEDULED' or scheduled_time is not null),
  constraint flow_runs_final_has_end check (is_final(state_type) = (end_time is not null)),
  constraint flow_runs_ends_after_start check (end_time is null or start_time is null or end_time >= start_time)
) with (fillfactor = 70);
create unique index flow_runs_idempotency_key_once on flow_runs (workspace_id, flow_id, idempotency_key) where idempotency_key is not null;
create index flow_runs_by_state on flow_runs (workspace_id, state_type, id);
create index flow_runs_by_flow on flow_runs (workspace_id, flow_id, id);
create index flow_runs_by_deployment on flow_runs (workspace_id, deployment_id, id) where deployment_id is not null;
create index flow_runs_by_creation on flow_runs (workspace_id, created_at);
create index flow_runs_by_start_time on flow_runs (workspace_id, coalesce(start_time, '-infinity'::timestamptz), id);
create index flow_runs_by_scheduled_time on flow_runs (workspace_id, coalesce(scheduled_time, 'infinity'::timestamptz), id);
create index flow_runs_by_parent on flow_runs (workspace_id, parent_flow_run_id, id) where parent_flow_run_id is not null;
create index flow_runs_by_root on flow_runs (workspace_id, root_flow_run_id, id) where root_flow_run_id is not null;
-- Lanes: dispatch steps from one (queue, deployment) to the next and reads the first few rows of each.
create index flow_runs_claimable on flow_runs (workspace_id, work_pool_id, work_queue_id, deployment_id, scheduled_time, id)
  where state_type = 'SCHEDULED' and holder_kind is null and work_pool_id is not null;
create index flow_runs_leased on flow_runs (workspace_id, work_pool_id, holder_session_id) where holder_kind is not null;
create index flow_runs_cancelling on flow_runs (state_timestamp) where state_type = 'CANCELLING';

create table flow_run_tags (
  workspace_id uuid not null,
  flow_run_id uuid not null,
  tag text not null,
  primary key (workspace_id, flow_run_id, tag)
);
create index flow_run_tags_by_tag on flow_run_tags (workspace_id, tag, flow_run_id);

create table flow_run_states (
  workspace_id uuid not null,
  flow_run_id uuid not null,
  id uuid not null,
  type text not null,
  name text not null,
  timestamp timestamptz not null,
  message text,
  details jsonb not null,
  epoch integer not null,
  is_history boolean not null,
  primary key (workspace_id, flow_run_id, id)
) partition by range (flow_run_id);

create table task_runs (
  workspace_id uuid not null,
  flow_run_id uuid not null,
  id uuid not null,
  name text not null,
  task_key text not null,
  dynamic_key text not null,
  tags text[] not null,
  run_count integer not null,
  state_type text not null constraint task_runs_state_type
    check (state_type in ('SCHEDULED', 'PENDING', 'RUNNING', 'PAUSED', 'CANCELLING', 'COMPLETED', 'FAILED', 'CANCELLED', 'CRASHED')),
  state_name text not null,
  states jsonb not null constraint task_runs_states check (jsonb_typeof(states) = 'array' and jsonb_array_length(states) > 0),
  called_at timestamptz not null,
  start_time timestamptz,
  end_time timestamptz,
  run_time double precision not null,
  upstream uuid[] not null,
  parent_task_run_id uuid,
  child_flow_run_id uuid,
  cache_key text,
  epoch integer not null,
  sequence bigint not null,
  primary key (workspace_id, flow_run_id, id)
) partition by range (flow_run_id);
create index task_runs_by_sequence on task_runs (workspace_id, flow_run_id, sequence);

create table log_chunks (
  workspace_id uuid not null,
  flow_run_id uuid not null,
  sequence bigint not null,
  epoch integer not null,
  chunk_id uuid,
  lines jsonb not null constraint log_chunks_lines check (jsonb_typeof(lines) = 'array'),
  line_count integer not null constraint log_chunks_line_count check (line_count = jsonb_array_length(lines)),
  highest_level integer not null,
  first_time timestamptz not null,
  primary key (workspace_id, flow_run_id, sequence)
) partition by range (flow_run_id);
create unique index log_chunks_chunk_once on log_chunks (workspace_id, flow_run_id, chunk_id) where chunk_id is not null;

create table artifacts (
  workspace_id uuid not null,
  flow_run_id uuid not null,
  id uuid not null,
  task_run_id uuid,
  key text constraint artifacts_key check (key ~ '^[a-z0-9-]{1,255}$'),
  type text not null constraint artifacts_type check (type in ('markdown', 'table', 'link', 'image', 'progress')),
  description text,
  data jsonb,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  sequence bigint not null,
  primary key (workspace_id, flow_run_id, id)
) partition by range (flow_run_id);

create sequence changes_id;
create table changes (
  workspace_id uuid not null,
  xid xid8 not null default pg_current_xact_id(),
  id bigint not null default nextval('changes_id'),
  topic text not null,
  flow_run_id uuid,
  changed text[] not null,
  written_at timestamptz not null default now(),
  primary key (workspace_id, topic, xid, id, written_at)
) partition by range (written_at);

create table judges (
  workspace_id uuid not null,
  name text not null,
  judged_at timestamptz not null,
  grace_until timestamptz,
  primary key (workspace_id, name)
) with (fillfactor = 70);

create table audit_rows (
  workspace_id uuid not null,
  id uuid not null,
  occurred_at timestamptz not null,
  actor text not null,
  action text not null,
  subject text not null,
  details jsonb not null,
  primary key (workspace_id, id)
);
