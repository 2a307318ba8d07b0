-- How the last runs of a flow and of a deployment went, for many of them at once: each is a step down one of these.
create index flow_runs_last_of_flow on flow_runs (workspace_id, flow_id, end_time) where end_time is not null;
create index flow_runs_last_of_deployment on flow_runs (workspace_id, deployment_id, end_time) where deployment_id is not null and end_time is not null;
