-- A run's children lie in the partition of the week in which the run's id was made (UUID v7: ordered by time), changes in that of their day.
-- A DEFAULT partition catches whatever no partition was made for; its rows move as soon as theirs exists.

-- Smallest UUID v7 of an instant.
create function id_at(instant timestamptz) returns uuid language sql immutable as $$
  select (lpad(to_hex((extract(epoch from instant) * 1000)::bigint), 12, '0') || '00000000000000000000')::uuid
$$;

-- The instant inside a UUID v7; null for other UUIDs.
create function instant_of_id(id uuid) returns timestamptz language sql immutable as $$
  select case when substring(id::text from 15 for 1) = '7'
    then to_timestamp(('x' || lpad(replace(substring(id::text from 1 for 13), '-', ''), 16, '0'))::bit(64)::bigint / 1000.0) end
$$;

-- Makes one partition and moves into it what lies in DEFAULT; answers how many rows that were. One transaction with its caller.
create function make_partition(parent regclass, partition text, key text, lower text, upper text) returns bigint language plpgsql as $$
declare
  fallback text := parent::text || '_default';
  moved bigint;
begin
  execute format('create table %I (like %s including defaults including constraints including indexes)', partition, parent);
  execute format('alter table %I enable row level security', partition);
  execute format('alter table %I force row level security', partition);
  execute format('create policy everything on %I to weir_system using (true) with check (true)', partition);
  execute format('select count(*) from (select 1 from %I where %I >= %L and %I < %L limit 1) any_row', fallback, key, lower, key, upper) into moved;
  if moved = 0 then
    execute format('alter table %s attach partition %I for values from (%L) to (%L)', parent, partition, lower, upper);
    return 0;
  end if;
  execute format('alter table %s detach partition %I', parent, fallback);
  execute format('alter table %s attach partition %I for values from (%L) to (%L)', parent, partition, lower, upper);
  execute format('with moved as (delete from %I where %I >= %L and %I < %L returning *) insert into %I select * from moved', fallback, key, lower, key, upper, partition);
  get diagnostics moved = row_count;
  execute format('alter table %s attach partition %I default', parent, fallback);
  return moved;
end
$$;

-- Makes what is missing from the present to so many days ahead, and the weeks (up to a year around today) of rows that lie in DEFAULT.
create function make_partitions(days_ahead integer, out made text[], out moved bigint) language plpgsql as $$
declare
  parent text;
  week timestamptz;
  day timestamptz;
  partition text;
  this_week timestamptz := date_trunc('week', now(), 'UTC');
begin
  made := '{}';
  moved := 0;
  perform pg_advisory_xact_lock(hashtextextended('make_partitions', 0));
  foreach parent in array array['flow_run_states', 'task_runs', 'log_chunks', 'artifacts']
  loop
    for week in execute format(
      'select this_week + n * interval ''7 days'' from generate_series(0, ceil($1 / 7.0)::int) n, (select $2 as this_week) this
       union
       select distinct date_trunc(''week'', instant_of_id(flow_run_id), ''UTC'') from %I
       where instant_of_id(flow_run_id) between now() - interval ''1 year'' and now() + interval ''1 year''
       order by 1', parent || '_default') using days_ahead, this_week
    loop
      partition := parent || '_' || to_char(week at time zone 'UTC', 'YYYYMMDD');
      continue when to_regclass(partition) is not null;
      moved := moved + make_partition(parent::regclass, partition, 'flow_run_id', id_at(week)::text, id_at(week + interval '7 days')::text);
      made := made || partition;
    end loop;
  end loop;
  -- Changes live for two days; a handful of days ahead is plenty, and the minute sweep makes the next.
  for day in
    select date_trunc('day', now(), 'UTC') + n * interval '1 day' from generate_series(0, least(days_ahead, 3)) n
    union
    select distinct date_trunc('day', written_at, 'UTC') from changes_default
    order by 1
  loop
    partition := 'changes_' || to_char(day at time zone 'UTC', 'YYYYMMDD');
    continue when to_regclass(partition) is not null;
    moved := moved + make_partition('changes'::regclass, partition, 'written_at', day::text, (day + interval '1 day')::text);
    made := made || partition;
  end loop;
end
$$;

-- Drops days of `changes` that ended longer ago; answers their names.
create function drop_old_changes(hours integer) returns text[] language plpgsql as $$
declare
  partition text;
  dropped text[] := '{}';
begin
  for partition in
    select child.relname from pg_inherits join pg_class child on child.oid = inhrelid
    where inhparent = 'changes'::regclass and child.relname ~ '^changes_\d{8}$'
      and to_date(right(child.relname, 8), 'YYYYMMDD') + interval '1 day' < now() at time zone 'UTC' - hours * interval '1 hour'
    order by 1
  loop
    execute format('drop table %I', partition);
    dropped := dropped || partition;
  end loop;
  return dropped;
end
$$;

do $$
declare
  parent text;
begin
  foreach parent in array array['flow_run_states', 'task_runs', 'log_chunks', 'artifacts', 'changes']
  loop
    execute format('create table %I partition of %I default', parent || '_default', parent);
    execute format('alter table %I enable row level security', parent || '_default');
    execute format('alter table %I force row level security', parent || '_default');
    execute format('create policy everything on %I to weir_system using (true) with check (true)', parent || '_default');
  end loop;
end
$$;
