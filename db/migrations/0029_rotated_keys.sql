-- A rotation is two deeds: the new key is made, and the old one is to end. One row used to name the old key for both.
create or replace function rotate_api_key(in_workspace uuid, key_id uuid, new_key jsonb, overlap float8) returns timestamptz language plpgsql as $$
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
  perform note_deed(in_workspace, new_key -> 'ending', key_id::text);
  perform note_deed(in_workspace, new_key -> 'created', new_key ->> 'id');
  return ends_at;
end
$$;
