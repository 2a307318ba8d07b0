-- Operations: one verb on all runs that a filter has, carried out in steps by whoever has time: the request that began it, then the minute sweep.
create table operations (
  workspace_id uuid not null references workspaces (id),
  id uuid not null,
  kind text not null constraint operations_kind check (kind in ('cancel-flow-runs', 'retry-flow-runs', 'delete-flow-runs')),
  -- Filter and arguments, as db/queries/operations wrote them.
  input jsonb not null,
  state text not null constraint operations_state check (state in ('RUNNING', 'COMPLETED', 'STOPPED')),
  total integer not null,
  most integer not null,
  processed integer not null,
  changed integer not null,
  unchanged integer not null,
  refused integer not null,
  -- The first few: run, message.
  refusals jsonb not null,
  is_stopping boolean not null,
  -- Runs up to here are done; runs above `bound` were made later and are left alone.
  place uuid,
  bound uuid not null,
  -- Somebody carries it out until then at the latest.
  held_until timestamptz,
  created_by text not null,
  created_at timestamptz not null,
  ended_at timestamptz,
  primary key (workspace_id, id),
  constraint operations_end check ((state = 'RUNNING') = (ended_at is null))
);
create index operations_running on operations (held_until) where state = 'RUNNING';
alter table operations enable row level security;
alter table operations force row level security;
create policy everything on operations to weir_system using (true) with check (true);
create policy own_workspace on operations to weir_app using (workspace_id = current_workspace()) with check (workspace_id = current_workspace());
grant select, insert, update on operations to weir_app;

-- Before each step, in its transaction: the place moves from where the step began to where it ends, or (SQLSTATE WR409) nothing of the step is written,
-- because somebody else has taken it. So no run is met twice by one operation, whoever carries it out.
create function advance_operation(in_workspace uuid, operation_id uuid, from_place uuid, to_place uuid, hold_ms float8) returns void language plpgsql as $$
begin
  update operations set place = to_place, held_until = clock_timestamp() + hold_ms * interval '1 millisecond'
  where workspace_id = in_workspace and id = operation_id and state = 'RUNNING' and not is_stopping and place is not distinct from from_place;
  if not found then
    raise exception 'the operation is in other hands, or over' using errcode = 'WR409';
  end if;
end
$$;

-- After each step: what became of its runs. The operation ends when nothing is left, or when it is to stop. Answers the state it is in.
create function note_operation_step(in_workspace uuid, operation_id uuid, step jsonb) returns text language plpgsql as $$
declare
  after operations;
begin
  update operations set
    processed = processed + (step ->> 'processed')::integer, changed = changed + (step ->> 'changed')::integer,
    unchanged = unchanged + (step ->> 'unchanged')::integer, refused = refused + (step ->> 'refused')::integer,
    refusals = (select coalesce(jsonb_agg(one), '[]') from (select one from jsonb_array_elements(refusals || (step -> 'refusals')) one limit 20) first),
    state = case when is_stopping then 'STOPPED' when (step ->> 'is_last')::boolean then 'COMPLETED' else 'RUNNING' end,
    ended_at = case when is_stopping or (step ->> 'is_last')::boolean then now() end
  where workspace_id = in_workspace and id = operation_id and state = 'RUNNING'
  returning * into after;
  if after.id is not null then
    insert into changes (workspace_id, topic, changed) values (in_workspace, 'operations', '{}');
  end if;
  return after.state;
end
$$;
