-- Who may see what. `weir_app` serves the API: one workspace at a time, and none before it has said which. `weir_system` owns everything and serves
-- migrations, key look-up and sweeps. Row-level security is forced, so that even the owner sees rows only by its policy.

create function current_workspace() returns uuid language sql stable as $$
  select nullif(current_setting('app.workspace_id', true), '')::uuid
$$;

do $$
declare
  name text;
begin
  for name in select relname from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and relname <> 'migrations'
  loop
    execute format('alter table %I enable row level security', name);
    execute format('alter table %I force row level security', name);
    execute format('create policy everything on %I to weir_system using (true) with check (true)', name);
    if name not in ('accounts', 'workspaces', 'sign_in_tokens') then
      execute format(
        'create policy own_workspace on %I to weir_app using (workspace_id = current_workspace()) with check (workspace_id = current_workspace())', name);
    end if;
  end loop;
end
$$;
create policy own_workspace on workspaces for select to weir_app using (id = current_workspace());

grant usage on schema public to weir_app;
grant usage on sequence changes_id to weir_app;
grant select on workspaces to weir_app;
grant select, insert on audit_rows, changes, flow_run_states, flow_run_tags, deployment_versions, log_chunks, flows to weir_app;
-- A deployment names its flow again and again: an upsert that changes nothing still asks for this.
grant update (name) on flows to weir_app;
grant select, insert on api_keys to weir_app;
grant update (revoked_at) on api_keys to weir_app;
grant select, insert, update on deployments, work_pools, work_queues, workers, worker_sessions, flow_runs, task_runs, artifacts, limits, judges to weir_app;
grant select, insert, delete on slots to weir_app;
