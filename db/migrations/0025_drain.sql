-- A worker can be told from afar to leave: its present session takes nothing new. Which sessions would understand it is told by their hello.
alter table worker_sessions add column understands text[] not null default '{}', add column draining_at timestamptz;

-- As before, and: what the worker understands is kept, and a session that drains is answered as one.
drop function open_session(uuid, jsonb);
create function open_session(in_workspace uuid, hello jsonb, out now timestamptz, out worker_id uuid, out resumed boolean, out ended boolean,
  out ended_session_ids uuid[], out draining boolean, out holding json) language plpgsql as $$
#variable_conflict use_column
declare
  pool uuid := (hello ->> 'work_pool_id')::uuid;
  session uuid := (hello ->> 'session_id')::uuid;
  known worker_sessions;
begin
  now := clock_timestamp();
  ended_session_ids := '{}';
  select * into known from worker_sessions s where s.workspace_id = in_workspace and s.id = session for no key update;
  resumed := known.id is not null;
  ended := known.ended_at is not null;
  worker_id := known.worker_id;
  draining := known.draining_at is not null;
  if not ended then
    insert into workers as w (workspace_id, id, work_pool_id, name, type, version, hostname, labels, slots, session_id, last_seen_at, created_at)
    values (in_workspace, (hello ->> 'worker_id')::uuid, pool, hello ->> 'name', hello ->> 'type', hello ->> 'version', hello ->> 'hostname',
      hello -> 'labels', (hello ->> 'slots')::integer, session, now, now)
    on conflict (workspace_id, work_pool_id, name) do update set
      type = excluded.type, version = excluded.version, hostname = excluded.hostname, labels = excluded.labels, slots = excluded.slots,
      session_id = excluded.session_id, last_seen_at = excluded.last_seen_at
    returning w.id into worker_id;
    with over as (
      update worker_sessions s set ended_at = now where s.workspace_id = in_workspace and s.worker_id = open_session.worker_id and s.id <> session and s.ended_at is null
      returning s.id
    )
    select coalesce(array_agg(over.id), '{}') into ended_session_ids from over;
    insert into worker_sessions as s (workspace_id, id, worker_id, work_pool_id, queues, slots, started_at, heard_at, understands)
    values (in_workspace, session, worker_id, pool, array(select jsonb_array_elements_text(hello -> 'queues')), (hello ->> 'slots')::integer, now, now,
      array(select jsonb_array_elements_text(coalesce(hello -> 'understands', '[]'::jsonb))))
    on conflict (workspace_id, id) do update set heard_at = excluded.heard_at, queues = excluded.queues, slots = excluded.slots, understands = excluded.understands;
    perform renew_leases(in_workspace, pool, array[session], now);
    insert into changes (workspace_id, topic, flow_run_id, changed) values (in_workspace, 'work-pools', null, '{}');
  end if;
  holding := held_flow_runs(in_workspace, pool, session);
end
$$;

create function drain_worker(in_workspace uuid, in_worker uuid, deed jsonb, out outcome text, out session_id uuid) language plpgsql as $$
declare
  present worker_sessions;
begin
  select s.* into present from workers w join worker_sessions s on s.workspace_id = w.workspace_id and s.id = w.session_id
  where w.workspace_id = in_workspace and w.id = in_worker for no key update of s;
  if present.id is null then
    outcome := 'missing';
  elsif present.ended_at is not null then
    outcome := 'left';
  elsif present.draining_at is null and not 'drain' = any(present.understands) then
    outcome := 'deaf';
  else
    outcome := 'draining';
    session_id := present.id;
    if present.draining_at is null then
      update worker_sessions s set draining_at = clock_timestamp() where s.workspace_id = in_workspace and s.id = present.id;
      insert into changes (workspace_id, topic, changed) values (in_workspace, 'work-pools', '{}');
      perform note_deed(in_workspace, deed, in_worker::text);
    end if;
  end if;
end
$$;
