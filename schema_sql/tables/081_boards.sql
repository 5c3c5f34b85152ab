-- Boards: another view of tasks, in the words of kanban; and what of the diary points at tasks and projects.

CREATE TABLE boards (
    LIKE described INCLUDING ALL,
    name text NOT NULL,
    description text,
    project_id uuid,
    settings jsonb NOT NULL DEFAULT '{}'
);
COMMENT ON TABLE boards IS 'A kanban board: tasks as cards that move from column to column.
@flags HC @half_life 45 @label name @sensitivity normal';
COMMENT ON COLUMN boards.name IS 'Name of the board @title';
COMMENT ON COLUMN boards.description IS 'What the board is for @text';
COMMENT ON COLUMN boards.project_id IS 'The project whose work it shows';
COMMENT ON COLUMN boards.settings IS 'How apps show it: colours, hidden columns, swim lanes';
CREATE INDEX boards_project_id_idx ON boards (user_id, project_id) WHERE deleted_at IS NULL;
ALTER TABLE boards ADD CONSTRAINT boards_project_id_fkey
    FOREIGN KEY (user_id, project_id) REFERENCES projects (user_id, id) DEFERRABLE INITIALLY DEFERRED;

CREATE TABLE board_columns (
    LIKE entity INCLUDING ALL,
    board_id uuid NOT NULL,
    name text NOT NULL,
    wip_limit integer,
    sort_order double precision NOT NULL DEFAULT 0,
    maps_to_status task_status,
    CONSTRAINT board_columns_wip_limit_check CHECK (wip_limit > 0)
);
COMMENT ON TABLE board_columns IS 'A column of a board, from left to right: to do, doing, done.
@flags C @label name @sensitivity normal';
COMMENT ON COLUMN board_columns.name IS 'Heading of the column @title';
COMMENT ON COLUMN board_columns.wip_limit IS 'How many cards it should hold at most';
COMMENT ON COLUMN board_columns.sort_order IS 'Place on the board, smaller is further left';
COMMENT ON COLUMN board_columns.maps_to_status IS 'The status that a task takes on when its card is moved here';
CREATE INDEX board_columns_board_id_idx ON board_columns (user_id, board_id, sort_order) WHERE deleted_at IS NULL;
ALTER TABLE board_columns ADD CONSTRAINT board_columns_board_id_fkey
    FOREIGN KEY (user_id, board_id) REFERENCES boards (user_id, id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED;

CREATE TABLE board_cards (
    LIKE entity INCLUDING ALL,
    column_id uuid NOT NULL,
    task_id uuid NOT NULL,
    sort_order double precision NOT NULL DEFAULT 0
);
COMMENT ON TABLE board_cards IS 'A task''s place on a board: in which column and how far up.
@flags C @sensitivity normal';
COMMENT ON COLUMN board_cards.column_id IS 'The column that the card is in';
COMMENT ON COLUMN board_cards.task_id IS 'The task that the card shows';
COMMENT ON COLUMN board_cards.sort_order IS 'Place in the column, smaller is further up';
CREATE UNIQUE INDEX board_cards_column_id_task_id_key
    ON board_cards (user_id, column_id, task_id) WHERE deleted_at IS NULL;
CREATE INDEX board_cards_column_id_idx ON board_cards (user_id, column_id, sort_order) WHERE deleted_at IS NULL;
CREATE INDEX board_cards_task_id_idx ON board_cards (user_id, task_id) WHERE deleted_at IS NULL;
ALTER TABLE board_cards ADD CONSTRAINT board_cards_column_id_fkey
    FOREIGN KEY (user_id, column_id) REFERENCES board_columns (user_id, id)
     ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE board_cards ADD CONSTRAINT board_cards_task_id_fkey
    FOREIGN KEY (user_id, task_id) REFERENCES tasks (user_id, id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE time_entries ADD CONSTRAINT time_entries_project_id_fkey
    FOREIGN KEY (user_id, project_id) REFERENCES projects (user_id, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE time_entries ADD CONSTRAINT time_entries_task_id_fkey
    FOREIGN KEY (user_id, task_id) REFERENCES tasks (user_id, id) DEFERRABLE INITIALLY DEFERRED;
