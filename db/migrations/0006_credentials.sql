-- Credentials that end at once: sessions of browsers are rows, and every batch asks whether the credential that sends it still holds.

-- A browser's session. Its cookie is signed and says who it is; the row says whether it still holds.
create table sessions (
  workspace_id uuid not null references workspaces (id),
  id uuid not null,
  user_id uuid not null,
  user_name text not null,
  started_at timestamptz not null,
  expires_at timestamptz not null,
  ended_at timestamptz,
  primary key (workspace_id, id)
);
alter table sessions enable row level security;
alter table sessions force row level security;
create policy everything on sessions to weir_system using (true) with check (true);
create policy own_workspace on sessions to weir_app using (workspace_id = current_workspace()) with check (workspace_id = current_workspace());
-- Sessions begin and end at the sign-in doors, as role weir_system.
grant select on sessions to weir_app;

-- To about a minute: noted at most once in that time.
alter table api_keys add column last_used_at timestamptz;

-- Says for which workspace the batch is, and refuses it (SQLSTATE WR401) when its API key was revoked or has expired, or its session has ended.
-- In front of every batch, so that no answer is ever given to a credential that does not hold any more, at the cost of one look-up and no round trip.
create function enter_workspace(in_workspace uuid, api_key_id uuid, session_id uuid) returns void language plpgsql as $$
begin
  perform set_config('app.workspace_id', in_workspace::text, true);
  if api_key_id is not null and not exists (
    select 1 from api_keys where workspace_id = in_workspace and id = api_key_id and revoked_at is null and (expires_at is null or expires_at > now())
  ) then
    raise exception 'the API key was revoked or has expired' using errcode = 'WR401';
  end if;
  if session_id is not null and not exists (
    select 1 from sessions where workspace_id = in_workspace and id = session_id and ended_at is null and expires_at > now()
  ) then
    raise exception 'the session has ended' using errcode = 'WR401';
  end if;
end
$$;
