-- Assistants and what was said with them: OpenTelemetry's conventions for generative AI, MCP, exports of ChatGPT and Claude.

CREATE TYPE agent_role AS ENUM ('system', 'user', 'assistant', 'tool');
COMMENT ON TYPE agent_role IS 'Who speaks in a conversation with an assistant (role of gen_ai messages)';

CREATE TABLE agents (
    LIKE described INCLUDING ALL,
    name text NOT NULL,
    description text,
    provider_name text,
    model text,
    system_prompt text,
    api_token_id uuid,
    scopes text[] NOT NULL DEFAULT '{}',
    max_sensitivity smallint NOT NULL DEFAULT 1,
    active boolean NOT NULL DEFAULT true,
    CONSTRAINT agents_name_check CHECK (octet_length(name) BETWEEN 1 AND 1024),
    CONSTRAINT agents_max_sensitivity_check CHECK (max_sensitivity BETWEEN 0 AND 3)
);
COMMENT ON TABLE agents IS 'An assistant: a program that answers with a language model, and what it may do here.
@flags HC @half_life 60 @label name @sensitivity high';
COMMENT ON COLUMN agents.name IS 'What it is called @title';
COMMENT ON COLUMN agents.description IS 'What it is for @text';
COMMENT ON COLUMN agents.provider_name IS 'Who runs the model (gen_ai.provider.name): anthropic, openai, ollama';
COMMENT ON COLUMN agents.model IS 'The language model that it asks (gen_ai.request.model)';
COMMENT ON COLUMN agents.system_prompt IS 'What it is told before anything else @text';
COMMENT ON COLUMN agents.api_token_id IS 'The key with which it comes in here';
COMMENT ON COLUMN agents.scopes IS 'What it may do, as scopes of tokens say it; empty is everything its key may';
COMMENT ON COLUMN agents.max_sensitivity IS 'The most sensitive that it may be shown: 0 low, 1 normal, 2 high, 3 critical';
COMMENT ON COLUMN agents.active IS 'Whether it is in use';
CREATE UNIQUE INDEX agents_name_key ON agents (user_id, name) WHERE deleted_at IS NULL;
CREATE INDEX agents_api_token_id_idx ON agents (user_id, api_token_id) WHERE deleted_at IS NULL;
ALTER TABLE agents ADD CONSTRAINT agents_api_token_id_fkey
    FOREIGN KEY (user_id, api_token_id) REFERENCES api_tokens (user_id, id) DEFERRABLE INITIALLY DEFERRED;

CREATE TABLE agent_sessions (
    LIKE described INCLUDING ALL,
    agent_id uuid,
    title text NOT NULL DEFAULT '',
    summary text,
    started_at timestamptz NOT NULL DEFAULT now(),
    ended_at timestamptz,
    model text,
    input_tokens bigint,
    output_tokens bigint,
    cost numeric,
    currency char(3),
    archived boolean NOT NULL DEFAULT false,
    imported_from text,
    remote_id text,
    CONSTRAINT agent_sessions_times_check CHECK (ended_at >= started_at),
    CONSTRAINT agent_sessions_input_tokens_check CHECK (input_tokens >= 0),
    CONSTRAINT agent_sessions_output_tokens_check CHECK (output_tokens >= 0),
    CONSTRAINT agent_sessions_cost_check CHECK (cost IS NULL OR currency IS NOT NULL),
    CONSTRAINT agent_sessions_currency_check CHECK (currency ~ '^[A-Z]{3}$'),
    CONSTRAINT agent_sessions_remote_id_check CHECK (octet_length(remote_id) BETWEEN 1 AND 1024)
);
COMMENT ON TABLE agent_sessions IS 'A conversation with an assistant (gen_ai.conversation). What it is about are links
ABOUT to projects, goals and others.
@flags EHXC @half_life 30 @label title,summary @time started_at @sensitivity high';
COMMENT ON COLUMN agent_sessions.agent_id IS 'The assistant; empty where it is not kept here';
COMMENT ON COLUMN agent_sessions.title IS 'What it is called @title';
COMMENT ON COLUMN agent_sessions.summary IS 'What came out of it @text @markdown';
COMMENT ON COLUMN agent_sessions.started_at IS 'When it began';
COMMENT ON COLUMN agent_sessions.ended_at IS 'When the last word in it was said';
COMMENT ON COLUMN agent_sessions.model IS 'The language model that answered (gen_ai.response.model)';
COMMENT ON COLUMN agent_sessions.input_tokens IS 'How many tokens the model has read (gen_ai.usage.input_tokens) @volatile';
COMMENT ON COLUMN agent_sessions.output_tokens IS 'How many tokens it has written (gen_ai.usage.output_tokens) @volatile';
COMMENT ON COLUMN agent_sessions.cost IS 'What it has cost';
COMMENT ON COLUMN agent_sessions.currency IS 'ISO 4217 code of the currency of the cost';
COMMENT ON COLUMN agent_sessions.archived IS 'Put away: kept and found, but out of the usual lists';
COMMENT ON COLUMN agent_sessions.imported_from IS 'Where it was exported: chatgpt, claude, openwebui or another';
COMMENT ON COLUMN agent_sessions.remote_id IS 'Its id there';
CREATE UNIQUE INDEX agent_sessions_imported_from_remote_id_key
    ON agent_sessions (user_id, imported_from, remote_id) WHERE deleted_at IS NULL;
CREATE INDEX agent_sessions_agent_id_idx ON agent_sessions (user_id, agent_id, started_at) WHERE deleted_at IS NULL;
CREATE INDEX agent_sessions_started_at_idx ON agent_sessions (user_id, started_at, id) WHERE deleted_at IS NULL;
ALTER TABLE agent_sessions ADD CONSTRAINT agent_sessions_agent_id_fkey
    FOREIGN KEY (user_id, agent_id) REFERENCES agents (user_id, id) DEFERRABLE INITIALLY DEFERRED;

CREATE TABLE agent_messages (
    LIKE described INCLUDING ALL,
    session_id uuid NOT NULL,
    parent_id uuid,
    position integer NOT NULL DEFAULT 0,
    role agent_role NOT NULL,
    name text,
    sent_at timestamptz NOT NULL DEFAULT now(),
    content text NOT NULL DEFAULT '',
    model text,
    finish_reason text,
    input_tokens integer,
    output_tokens integer,
    citations jsonb NOT NULL DEFAULT '[]',
    remote_id text,
    CONSTRAINT agent_messages_parent_check CHECK (parent_id <> id),
    CONSTRAINT agent_messages_position_check CHECK (position >= 0),
    CONSTRAINT agent_messages_input_tokens_check CHECK (input_tokens >= 0),
    CONSTRAINT agent_messages_output_tokens_check CHECK (output_tokens >= 0),
    CONSTRAINT agent_messages_citations_check CHECK (jsonb_typeof(citations) = 'array'),
    CONSTRAINT agent_messages_remote_id_check CHECK (octet_length(remote_id) BETWEEN 1 AND 1024)
);
COMMENT ON TABLE agent_messages IS 'One turn of a conversation with an assistant. Records that it cites are linked.
@flags EHXCT @half_life 14 @label content,name @time sent_at @sensitivity high';
COMMENT ON COLUMN agent_messages.session_id IS 'The conversation';
COMMENT ON COLUMN agent_messages.parent_id IS 'The turn that it follows, where the conversation has branches';
COMMENT ON COLUMN agent_messages.position IS 'Place in the conversation, from 0';
COMMENT ON COLUMN agent_messages.role IS 'Who speaks';
COMMENT ON COLUMN agent_messages.name IS 'Name of the tool that answers, or of the person that speaks';
COMMENT ON COLUMN agent_messages.sent_at IS 'When it was said';
COMMENT ON COLUMN agent_messages.content IS 'What was said @text @markdown';
COMMENT ON COLUMN agent_messages.model IS 'The language model that said it (gen_ai.response.model)';
COMMENT ON COLUMN agent_messages.finish_reason IS 'Why it ended there (gen_ai.response.finish_reasons): stop, length,
tool_call, content_filter';
COMMENT ON COLUMN agent_messages.input_tokens IS 'How many tokens the model read for it';
COMMENT ON COLUMN agent_messages.output_tokens IS 'How many tokens the model wrote';
COMMENT ON COLUMN agent_messages.citations IS 'The records that it rests on: [{"subject_type": "note", "subject_id":
"...", "span": [0, 120]}]';
COMMENT ON COLUMN agent_messages.remote_id IS 'Its id where it was exported';
CREATE UNIQUE INDEX agent_messages_session_id_remote_id_key
    ON agent_messages (user_id, session_id, remote_id) WHERE deleted_at IS NULL;
CREATE INDEX agent_messages_session_id_idx ON agent_messages (user_id, session_id, position, id) WHERE deleted_at IS NULL;
CREATE INDEX agent_messages_parent_id_idx ON agent_messages (user_id, parent_id) WHERE deleted_at IS NULL;
CREATE INDEX agent_messages_sent_at_idx ON agent_messages USING brin (sent_at);
ALTER TABLE agent_messages ADD CONSTRAINT agent_messages_session_id_fkey
    FOREIGN KEY (user_id, session_id) REFERENCES agent_sessions (user_id, id)
     ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE agent_messages ADD CONSTRAINT agent_messages_parent_id_fkey
    FOREIGN KEY (user_id, parent_id) REFERENCES agent_messages (user_id, id) DEFERRABLE INITIALLY DEFERRED;

-- What is no id of a record is passed over: a model may cite what does not exist.
CREATE VIEW edges_cites AS
    SELECT user_id, id AS key, id AS source_id, cited AS target_id
    FROM agent_messages CROSS JOIN LATERAL (
        SELECT CASE WHEN one ->> 'subject_id' ~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
                    THEN (one ->> 'subject_id')::uuid END AS cited
        FROM jsonb_array_elements(citations) one
    ) c
    WHERE deleted_at IS NULL AND cited IS NOT NULL;
SELECT derive_edges('edges_cites', 'CITES', 'agent_messages', 'id');
