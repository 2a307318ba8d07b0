-- Keys of machines: service accounts, scopes; and requests that are safe to send again.

create table service_accounts (
  workspace_id uuid not null references workspaces (id),
  id uuid not null,
  name text not null constraint service_accounts_name check (char_length(name) between 1 and 255),
  description text,
  role text not null constraint service_accounts_role check (role in ('ADMIN', 'EDITOR', 'VIEWER', 'WORKER')),
  created_at timestamptz not null,
  created_by text,
  primary key (workspace_id, id),
  constraint service_accounts_name_once unique (workspace_id, name)
);

-- `scopes` null: everything that the role may.
alter table api_keys add column scopes text[], add column service_account_id uuid,
  add foreign key (workspace_id, service_account_id) references service_accounts (workspace_id, id);
create index api_keys_by_service_account on api_keys (workspace_id, service_account_id) where service_account_id is not null;
grant update (name, expires_at, service_account_id) on api_keys to weir_app;

-- Which request made what: the same request with the same key is answered with it.
create table idempotency_keys (
  workspace_id uuid not null references workspaces (id),
  verb text not null,
  key text not null constraint idempotency_keys_key check (char_length(key) between 1 and 255),
  request_hash text not null,
  subject uuid not null,
  created_at timestamptz not null,
  primary key (workspace_id, verb, key)
);
create index idempotency_keys_by_time on idempotency_keys (created_at);

do $$
declare
  name text;
begin
  foreach name in array array['service_accounts', 'idempotency_keys'] loop
    execute format('alter table %I enable row level security', name);
    execute format('alter table %I force row level security', name);
    execute format('create policy everything on %I to weir_system using (true) with check (true)', name);
    execute format(
      'create policy own_workspace on %I to weir_app using (workspace_id = current_workspace()) with check (workspace_id = current_workspace())', name);
  end loop;
end
$$;
grant select, insert, update, delete on service_accounts to weir_app;
grant select, insert on idempotency_keys to weir_app;

-- A key in the place of another, which goes on working until `overlap` milliseconds from now at most. Null when there is no such key that works.
create function rotate_api_key(in_workspace uuid, key_id uuid, new_key jsonb, overlap float8) returns timestamptz language plpgsql as $$
declare
  before api_keys;
  ends_at timestamptz;
begin
  select * into before from api_keys
  where workspace_id = in_workspace and id = key_id and revoked_at is null and (expires_at is null or expires_at > now()) for no key update;
  if before.id is null then
    return null;
  end if;
  ends_at := least(before.expires_at, now() + overlap * interval '1 millisecond');
  update api_keys set expires_at = ends_at where workspace_id = in_workspace and id = key_id;
  insert into api_keys (workspace_id, id, name, role, secret_hash, created_at, created_by, expires_at, scopes, service_account_id)
  values (in_workspace, (new_key ->> 'id')::uuid, before.name, before.role, new_key ->> 'secret_hash', now(), new_key ->> 'by',
    (new_key ->> 'expires_at')::timestamptz, before.scopes, before.service_account_id);
  -- Its streams come again, and end with it then.
  insert into changes (workspace_id, topic, changed) values (in_workspace, 'credential/' || key_id, '{}');
  perform note_deed(in_workspace, new_key -> 'deed', key_id::text);
  return ends_at;
end
$$;

-- Deletes a service account; its keys are revoked. Answers the keys that worked until now; null when there is no such account.
create function delete_service_account(in_workspace uuid, account_id uuid, deed jsonb) returns uuid[] language plpgsql as $$
declare
  revoked uuid[];
begin
  perform 1 from service_accounts where workspace_id = in_workspace and id = account_id for update;
  if not found then
    return null;
  end if;
  select coalesce(array_agg(id), '{}') into revoked from api_keys where workspace_id = in_workspace and service_account_id = account_id and revoked_at is null;
  update api_keys set revoked_at = coalesce(revoked_at, now()), service_account_id = null where workspace_id = in_workspace and service_account_id = account_id;
  insert into changes (workspace_id, topic, changed) select in_workspace, 'credential/' || key, '{}' from unnest(revoked) key;
  delete from service_accounts where workspace_id = in_workspace and id = account_id;
  perform note_deed(in_workspace, deed, account_id::text);
  return revoked;
end
$$;
