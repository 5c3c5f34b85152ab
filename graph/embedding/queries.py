"""The fixed SQL of models, vectors and what leaves. `$1` is the acting user, where a statement needs one."""

_MODEL = """
m.id, m.provider, m.name, m.version, m.dimensions, m.address, m.document_prefix, m.query_prefix, m.weight
"""

REGISTER = """
SELECT register_model(provider => $1, name => $2, version => $3, dimensions => $4, address => $5,
                      document_prefix => $6, query_prefix => $7, weight => $8::real)
"""

MODEL = f"SELECT {_MODEL} FROM embedding_models m WHERE m.id = $1"

ACTIVE = f"""
SELECT {_MODEL} FROM user_models u JOIN embedding_models m ON m.id = u.model_id
WHERE u.user_id = $1 AND u.state = 'active'
"""

SEND = """
INSERT INTO outbound_texts (user_id, recipient, model, purpose, record_type, record_id, sensitivity, bytes, sha256)
SELECT $1, $2, $3, $4, x.type, x.record, x.sensitivity, x.bytes, decode(x.hash, 'hex')
FROM json_to_recordset($5::json) AS x(type text, record uuid, sensitivity smallint, bytes integer, hash text)
"""

MANY = """
SELECT count(*) > $3 FROM (SELECT FROM embeddings WHERE user_id = $1 AND model_id = $2 LIMIT $3 + 1) found
"""

INDEX = """
SELECT nearest_index($1, $2) AS name, i.indisvalid AS sound
FROM (SELECT to_regclass(nearest_index($1, $2)) AS oid) n LEFT JOIN pg_index i ON i.indexrelid = n.oid
"""
