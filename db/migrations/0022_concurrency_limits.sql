-- Limits that code asks for by their name: so many at once, or (with a decay) so many over time.
create table concurrency_limits (
  workspace_id uuid not null references workspaces (id),
  id uuid not null,
  name text not null constraint concurrency_limits_name check (char_length(name) between 1 and 255),
  max integer not null constraint concurrency_limits_max check (max >= 0),
  is_active boolean not null,
  -- Null: slots come back when they are given back. Else what was taken comes back with time alone.
  slot_decay_per_second float8 constraint concurrency_limits_decay check (slot_decay_per_second > 0),
  spent float8 not null default 0 constraint concurrency_limits_spent check (spent >= 0),
  spent_at timestamptz not null,
  hold_ms float8 not null default 2000,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  updated_by text,
  primary key (workspace_id, id),
  constraint concurrency_limits_name_once unique (workspace_id, name)
);

-- Slots that are held (taken_at) or waited for (taken_at is null). A slot of a run (epoch) lives as long as the lease of that run; every other has a deadline.
-- No foreign keys: a release would lock the limit's row once more.
create table concurrency_slots (
  workspace_id uuid not null,
  limit_id uuid not null,
  lease_id uuid not null,
  count integer not null constraint concurrency_slots_count check (count >= 1),
  flow_run_id uuid,
  epoch integer,
  task_run_id uuid,
  holder text not null,
  asked_at timestamptz not null,
  taken_at timestamptz,
  deadline timestamptz,
  primary key (workspace_id, limit_id, lease_id),
  constraint concurrency_slots_epoch_is_of_a_run check (epoch is null or flow_run_id is not null),
  constraint concurrency_slots_end check (case when taken_at is null then deadline is not null else (epoch is null) = (deadline is not null) end)
);
create index concurrency_slots_by_lease on concurrency_slots (workspace_id, lease_id);
create index concurrency_slots_by_flow_run on concurrency_slots (workspace_id, flow_run_id) where flow_run_id is not null;
create index concurrency_slots_by_deadline on concurrency_slots (deadline) where deadline is not null;

-- They are no limits of claims.
alter table limits drop constraint limits_kind;
alter table limits add constraint limits_kind check (kind in ('pool', 'queue', 'deployment'));

do $$
declare
  name text;
begin
  foreach name in array array['concurrency_limits', 'concurrency_slots'] loop
    execute format('alter table %I enable row level security', name);
    execute format('alter table %I force row level security', name);
    execute format('create policy everything on %I to weir_system using (true) with check (true)', name);
    execute format(
      'create policy own_workspace on %I to weir_app using (workspace_id = current_workspace()) with check (workspace_id = current_workspace())', name);
    execute format('grant select, insert, update, delete on %I to weir_app', name);
  end loop;
end
$$;

-- A run whose lease ends, by whatever statement, holds and waits for nothing any more.
create function free_concurrency_slots() returns trigger language plpgsql as $$
begin
  delete from concurrency_slots s where s.workspace_id = old.workspace_id and s.flow_run_id = old.id and s.epoch is not null;
  return null;
end
$$;
create trigger concurrency_slots_end_with_lease after update of holder_kind, epoch on flow_runs for each row
  when (old.holder_kind is not null and (new.holder_kind is null or new.epoch <> old.epoch)) execute function free_concurrency_slots();
create trigger concurrency_slots_end_with_run after delete on flow_runs for each row
  when (old.holder_kind is not null) execute function free_concurrency_slots();

-- What is left of the slots that were taken of a limit with a decay.
create function spent_by(spent float8, spent_at timestamptz, decay float8, at timestamptz) returns float8 language sql immutable as $$
  select greatest(0, spent - decay * greatest(0, extract(epoch from at - spent_at)::float8))
$$;

-- One request of one process: gives slots back, says which leases live, and asks for slots. Everything under the locks of the limits concerned, which are
-- taken in the order of their ids; runs are locked after them.
-- `asked`: { runner: {flowRunId, epoch} | null, release: [id], renew: [id], acquire: [{id, names, slots, mode, flowRunId, epoch, taskRunId, holder}],
-- life, patience: milliseconds }. `answer`: { gone: [id], acquired: [{id, outcome, held, names, blocked, problem}] }, acquired in the order of asking.
create function use_concurrency(in_workspace uuid, asked jsonb, out now timestamptz, out answer jsonb) language plpgsql as $$
#variable_conflict use_column
declare
  released uuid[] := array(select jsonb_array_elements_text(asked -> 'release')::uuid);
  renewed uuid[] := array(select jsonb_array_elements_text(asked -> 'renew')::uuid);
  only_run uuid := (asked #>> '{runner,flowRunId}')::uuid;
  only_epoch integer := (asked #>> '{runner,epoch}')::integer;
  life interval := (asked ->> 'life')::float8 * interval '1 millisecond';
  patience interval := (asked ->> 'patience')::float8 * interval '1 millisecond';
  limit_ids uuid[];
  run_ids uuid[];
  -- Of those: runs with a lease, and under which epoch.
  live uuid[];
  epochs integer[];
  gone uuid[];
  acquired jsonb := '[]';
  wanted jsonb;
  lease uuid;
  wants integer;
  run uuid;
  lives_with_run boolean;
  since timestamptz;
  one record;
  blocked jsonb;
  problem jsonb;
  found_names text[];
  taken_limits uuid[];
begin
  select array_agg(l.id) into limit_ids from concurrency_limits l
  where l.workspace_id = in_workspace and (
    l.name in (select jsonb_array_elements_text(acquire -> 'names') from jsonb_array_elements(asked -> 'acquire') acquire)
    or l.id in (select s.limit_id from concurrency_slots s where s.workspace_id = in_workspace and s.lease_id = any(released)));
  perform 1 from concurrency_limits l where l.workspace_id = in_workspace and l.id = any(limit_ids) order by l.id for no key update;

  -- Slots of a run are taken while nobody can end its lease.
  run_ids := array(select distinct (acquire ->> 'flowRunId')::uuid from jsonb_array_elements(asked -> 'acquire') acquire where acquire ->> 'flowRunId' is not null);
  if cardinality(run_ids) > 0 then
    select array_agg(r.id) filter (where r.holder_kind is not null), array_agg(r.epoch) filter (where r.holder_kind is not null) into live, epochs from (
      select r.id, r.epoch, r.holder_kind from flow_runs r where r.workspace_id = in_workspace and r.id = any(run_ids) order by r.id for share
    ) r;
  end if;
  now := clock_timestamp();

  if cardinality(released) > 0 then
    with freed as (
      delete from concurrency_slots s where s.workspace_id = in_workspace and s.lease_id = any(released)
        and (only_run is null or (s.flow_run_id = only_run and s.epoch = only_epoch))
      returning s.limit_id, s.taken_at
    ), held as (
      select limit_id, avg(extract(epoch from now - taken_at) * 1000)::float8 as ms from freed where taken_at is not null group by limit_id
    )
    update concurrency_limits l set hold_ms = l.hold_ms + (held.ms - l.hold_ms) * 0.2 from held where l.workspace_id = in_workspace and l.id = held.limit_id;
  end if;

  if cardinality(renewed) > 0 then
    update concurrency_slots s set deadline = now + life
    where s.workspace_id = in_workspace and s.lease_id = any(renewed) and s.taken_at is not null and s.deadline is not null and only_run is null;
    select array_agg(id) into gone from unnest(renewed) as id where not exists (
      select 1 from concurrency_slots s where s.workspace_id = in_workspace and s.lease_id = id and s.taken_at is not null
        and (only_run is null or s.flow_run_id = only_run));
  end if;

  -- Whoever stopped asking has lost its place.
  delete from concurrency_slots s where s.workspace_id = in_workspace and s.limit_id = any(limit_ids) and s.taken_at is null and s.deadline < now;

  for wanted in select value from jsonb_array_elements(asked -> 'acquire') loop
    lease := (wanted ->> 'id')::uuid;
    wants := (wanted ->> 'slots')::integer;
    run := (wanted ->> 'flowRunId')::uuid;
    lives_with_run := coalesce(epochs[array_position(live, run)] = (wanted ->> 'epoch')::integer, false);
    blocked := '[]';
    problem := null;
    taken_limits := '{}';
    if only_run is not null and not lives_with_run then
      acquired := acquired || jsonb_build_object('id', lease, 'outcome', 'over');
      continue;
    end if;
    if exists (select 1 from concurrency_slots s where s.workspace_id = in_workspace and s.lease_id = lease and s.taken_at is not null) then
      acquired := acquired || jsonb_build_object('id', lease, 'outcome', 'granted', 'held', true, 'names', wanted -> 'names');
      continue;
    end if;
    -- Its place in the queues: since when it asks.
    select min(s.asked_at) into since from concurrency_slots s where s.workspace_id = in_workspace and s.lease_id = lease;
    since := coalesce(since, clock_timestamp());
    select coalesce(array_agg(l.name), '{}') into found_names from concurrency_limits l
    where l.workspace_id = in_workspace and l.id = any(limit_ids) and l.is_active and l.name in (select jsonb_array_elements_text(wanted -> 'names'));
    for one in
      select l.id, l.name, l.max, l.slot_decay_per_second as decay, l.hold_ms,
        case when l.slot_decay_per_second is null then coalesce(sum(s.count) filter (where s.taken_at is not null), 0)::float8
          else spent_by(l.spent, l.spent_at, l.slot_decay_per_second, now) end as used,
        coalesce(sum(s.count) filter (where s.taken_at is null and s.lease_id <> lease and (s.asked_at, s.lease_id) < (since, lease)), 0)::float8 as ahead
      from concurrency_limits l left join concurrency_slots s on s.workspace_id = in_workspace and s.limit_id = l.id
      where l.workspace_id = in_workspace and l.name = any(found_names)
      group by l.workspace_id, l.id order by l.id
    loop
      if one.decay is null and wanted ->> 'mode' = 'rate' then
        problem := jsonb_build_object('code', 'no-decay', 'name', one.name, 'max', one.max);
      elsif wants > one.max then
        problem := jsonb_build_object('code', 'too-many', 'name', one.name, 'max', one.max);
      elsif one.used + one.ahead + wants > one.max + 1e-9 then
        blocked := blocked || jsonb_build_object('name', one.name, 'max', one.max, 'used', one.used, 'ahead', one.ahead, 'decay', one.decay, 'holdMs', one.hold_ms);
      end if;
      if one.decay is null then
        taken_limits := taken_limits || one.id;
      end if;
    end loop;

    if problem is not null or blocked = '[]' then
      delete from concurrency_slots s where s.workspace_id = in_workspace and s.lease_id = lease;
    end if;
    if problem is not null then
      acquired := acquired || jsonb_build_object('id', lease, 'outcome', 'refused', 'problem', problem);
    elsif blocked = '[]' then
      insert into concurrency_slots (workspace_id, limit_id, lease_id, count, flow_run_id, epoch, task_run_id, holder, asked_at, taken_at, deadline)
      select in_workspace, limit_id, lease, wants, run, case when lives_with_run then (wanted ->> 'epoch')::integer end, (wanted ->> 'taskRunId')::uuid,
        wanted ->> 'holder', since, now, case when not lives_with_run then now + life end
      from unnest(taken_limits) as limit_id;
      update concurrency_limits l set spent = spent_by(l.spent, l.spent_at, l.slot_decay_per_second, now) + wants, spent_at = now
      where l.workspace_id = in_workspace and l.name = any(found_names) and l.slot_decay_per_second is not null;
      acquired := acquired || jsonb_build_object('id', lease, 'outcome', 'granted', 'held', cardinality(taken_limits) > 0, 'names', to_jsonb(found_names));
    else
      insert into concurrency_slots as s (workspace_id, limit_id, lease_id, count, flow_run_id, epoch, task_run_id, holder, asked_at, deadline)
      select in_workspace, l.id, lease, wants, run, case when lives_with_run then (wanted ->> 'epoch')::integer end, (wanted ->> 'taskRunId')::uuid,
        wanted ->> 'holder', since, now + patience
      from concurrency_limits l where l.workspace_id = in_workspace and l.name = any(found_names)
      on conflict (workspace_id, limit_id, lease_id) do update set deadline = excluded.deadline;
      acquired := acquired || jsonb_build_object('id', lease, 'outcome', 'wait', 'blocked', blocked);
    end if;
  end loop;
  answer := jsonb_build_object('gone', coalesce(to_jsonb(gone), '[]'), 'acquired', acquired);
end
$$;

-- Makes a limit. Answers whether there is one of this name already.
create function create_concurrency_limit(in_workspace uuid, given jsonb) returns boolean language plpgsql as $$
begin
  insert into concurrency_limits (workspace_id, id, name, max, is_active, slot_decay_per_second, spent_at, created_at, updated_at, updated_by)
  values (in_workspace, (given ->> 'id')::uuid, given ->> 'name', (given ->> 'max')::integer, (given ->> 'isActive')::boolean,
    (given ->> 'slotDecayPerSecond')::float8, now(), now(), now(), given ->> 'by')
  on conflict (workspace_id, name) do nothing;
  if not found then
    return false;
  end if;
  insert into changes (workspace_id, topic, changed) values (in_workspace, 'concurrency-limits', '{}');
  perform note_deed(in_workspace, given -> 'deed', given ->> 'id');
  return true;
end
$$;

-- What stands in `change` is set, the rest stays. Null when there is no such limit; `taken`: another one has the new name.
create function update_concurrency_limit(in_workspace uuid, in_limit uuid, change jsonb) returns text language plpgsql as $$
declare
  before concurrency_limits;
  after concurrency_limits;
begin
  select * into before from concurrency_limits where workspace_id = in_workspace and id = in_limit for no key update;
  if before.id is null then
    return null;
  end if;
  after := before;
  if change ? 'name' then after.name := change ->> 'name'; end if;
  if change ? 'max' then after.max := (change ->> 'max')::integer; end if;
  if change ? 'isActive' then after.is_active := (change ->> 'isActive')::boolean; end if;
  if change ? 'slotDecayPerSecond' then after.slot_decay_per_second := (change ->> 'slotDecayPerSecond')::float8; end if;
  if after is not distinct from before then
    return 'unchanged';
  end if;
  if after.name <> before.name and exists (select from concurrency_limits where workspace_id = in_workspace and name = after.name) then
    return 'taken';
  end if;
  -- What was spent so far decays at the old speed; a limit that had none begins unspent.
  update concurrency_limits set name = after.name, max = after.max, is_active = after.is_active, slot_decay_per_second = after.slot_decay_per_second,
    spent = case when before.slot_decay_per_second is null or after.slot_decay_per_second is null then 0
      else spent_by(before.spent, before.spent_at, before.slot_decay_per_second, clock_timestamp()) end,
    spent_at = clock_timestamp(), updated_at = now(), updated_by = change ->> 'by'
  where workspace_id = in_workspace and id = in_limit;
  insert into changes (workspace_id, topic, changed) values (in_workspace, 'concurrency-limits', '{}');
  perform note_deed(in_workspace, change -> 'deed', in_limit::text);
  return 'changed';
end
$$;

-- Takes slots away: those of one lease with everything that it holds, or of everybody, with what was spent. Who waits keeps its place. Null when there is no
-- such limit; else how many leases are gone.
create function reset_concurrency_limit(in_workspace uuid, in_limit uuid, in_lease uuid, deed jsonb) returns integer language plpgsql as $$
declare
  lease_ids uuid[];
begin
  perform 1 from concurrency_limits where workspace_id = in_workspace and id = in_limit for no key update;
  if not found then
    return null;
  end if;
  select coalesce(array_agg(s.lease_id), '{}') into lease_ids from concurrency_slots s
  where s.workspace_id = in_workspace and s.limit_id = in_limit and s.taken_at is not null and (in_lease is null or s.lease_id = in_lease);
  delete from concurrency_slots s where s.workspace_id = in_workspace and s.lease_id = any(lease_ids);
  if in_lease is null then
    update concurrency_limits set spent = 0, spent_at = clock_timestamp() where workspace_id = in_workspace and id = in_limit;
  end if;
  insert into changes (workspace_id, topic, changed) values (in_workspace, 'concurrency-limits', '{}');
  perform note_deed(in_workspace, jsonb_set(deed, '{details,leases}', to_jsonb(lease_ids)), in_limit::text);
  return cardinality(lease_ids);
end
$$;

create function delete_concurrency_limit(in_workspace uuid, in_limit uuid, deed jsonb) returns boolean language plpgsql as $$
begin
  delete from concurrency_limits where workspace_id = in_workspace and id = in_limit;
  if not found then
    return false;
  end if;
  delete from concurrency_slots where workspace_id = in_workspace and limit_id = in_limit;
  insert into changes (workspace_id, topic, changed) values (in_workspace, 'concurrency-limits', '{}');
  perform note_deed(in_workspace, deed, in_limit::text);
  return true;
end
$$;
