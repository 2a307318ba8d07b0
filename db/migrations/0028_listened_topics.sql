-- Whether anybody listens to a topic of the workspace at all: a ring of a feed that nobody hears is a request for nothing.
create table listened_topics (
  workspace_id uuid not null references workspaces (id),
  topic text not null,
  listened_until timestamptz not null,
  primary key (workspace_id, topic)
);
alter table listened_topics enable row level security;
alter table listened_topics force row level security;
create policy everything on listened_topics to weir_system using (true) with check (true);
create policy own_workspace on listened_topics to weir_app using (workspace_id = current_workspace()) with check (workspace_id = current_workspace());
grant select, insert, update on listened_topics to weir_app;
