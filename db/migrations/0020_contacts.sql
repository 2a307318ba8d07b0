-- Contact is written as old as it is: a write comes up to ten seconds after what it tells of, and silence counts from the contact itself. The function with
-- three arguments stays for the Worker that is deployed while this runs.
create function renew_sessions(in_workspace uuid, in_pool uuid, session_ids uuid[], silent_for float8[], out now timestamptz, out sessions json)
language plpgsql as $$
#variable_conflict use_column
declare
  clock timestamptz;
  alive uuid[];
begin
  perform 1 from worker_sessions s where s.workspace_id = in_workspace and s.id = any(session_ids) and s.ended_at is null order by s.id for no key update;
  clock := clock_timestamp();
  now := clock;
  with contact as (
    select id, clock - milliseconds * interval '1 millisecond' as heard_at from unnest(session_ids, silent_for) as contact (id, milliseconds)
  ), heard as (
    update worker_sessions s set heard_at = greatest(s.heard_at, contact.heard_at) from contact
    where s.workspace_id = in_workspace and s.id = contact.id and s.work_pool_id = in_pool and s.ended_at is null returning s.id, s.worker_id, s.heard_at
  ), seen as (
    update workers w set last_seen_at = greatest(w.last_seen_at, heard.heard_at) from heard
    where w.workspace_id = in_workspace and w.id = heard.worker_id and w.session_id = heard.id
  )
  select coalesce(array_agg(heard.id), '{}') into alive from heard;
  -- Runs are locked in the order of their ids.
  with contact as (
    select id, clock - milliseconds * interval '1 millisecond' as heard_at from unnest(session_ids, silent_for) as contact (id, milliseconds)
  ), held as (
    select r.id from flow_runs r
    where r.workspace_id = in_workspace and r.work_pool_id = in_pool and r.holder_kind is not null and r.holder_session_id = any(alive)
    order by r.id for no key update
  )
  update flow_runs r set heard_at = greatest(r.heard_at, contact.heard_at) from held, contact
  where r.workspace_id = in_workspace and r.id = held.id and r.holder_session_id = contact.id;
  select coalesce(json_agg(json_build_object('id', s.id, 'holding', held_flow_runs(in_workspace, in_pool, s.id))), '[]'::json) into sessions
  from unnest(alive) as s (id);
end
$$;
