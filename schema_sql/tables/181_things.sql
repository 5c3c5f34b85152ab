-- Things that one owns: IndividualProduct of schema.org, GTIN of GS1; where they are kept, what comes in and goes out,
-- and what is done to keep them whole. How many there are is the sum of the movements, never a number typed over another.

CREATE TABLE storage_locations (
    LIKE entity INCLUDING ALL,
    name text NOT NULL,
    description text,
    parent_id uuid,
    area_id uuid,
    place_id uuid,
    qr_code text,
    CONSTRAINT storage_locations_parent_check CHECK (parent_id <> id),
    CONSTRAINT storage_locations_qr_code_check CHECK (octet_length(qr_code) BETWEEN 1 AND 1024)
);
COMMENT ON TABLE storage_locations IS 'Where things are kept: the cellar, the shelf in it, the box on the shelf.
@flags C @label name @sensitivity normal';
COMMENT ON COLUMN storage_locations.name IS 'Name of the shelf or the box @title @name';
COMMENT ON COLUMN storage_locations.description IS 'What belongs there @text';
COMMENT ON COLUMN storage_locations.parent_id IS 'What it is inside of: the shelf of the box';
COMMENT ON COLUMN storage_locations.area_id IS 'The room that it is in';
COMMENT ON COLUMN storage_locations.place_id IS 'The place that it is at, where that is not at home';
COMMENT ON COLUMN storage_locations.qr_code IS 'What the code on its label says';
CREATE UNIQUE INDEX storage_locations_qr_code_key ON storage_locations (user_id, qr_code) WHERE deleted_at IS NULL;
CREATE INDEX storage_locations_parent_id_idx ON storage_locations (user_id, parent_id) WHERE deleted_at IS NULL;
CREATE INDEX storage_locations_area_id_idx ON storage_locations (user_id, area_id) WHERE deleted_at IS NULL;
CREATE INDEX storage_locations_place_id_idx ON storage_locations (user_id, place_id) WHERE deleted_at IS NULL;
ALTER TABLE storage_locations ADD CONSTRAINT storage_locations_parent_id_fkey
    FOREIGN KEY (user_id, parent_id) REFERENCES storage_locations (user_id, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE storage_locations ADD CONSTRAINT storage_locations_area_id_fkey
    FOREIGN KEY (user_id, area_id) REFERENCES areas (user_id, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE storage_locations ADD CONSTRAINT storage_locations_place_id_fkey
    FOREIGN KEY (user_id, place_id) REFERENCES places (user_id, id) DEFERRABLE INITIALLY DEFERRED;

CREATE TABLE inventory_items (
    LIKE described INCLUDING ALL,
    name text NOT NULL,
    description text,
    category text,
    gtin text,
    brand text,
    model text,
    serial_number text,
    status text NOT NULL DEFAULT 'in_use',
    quantity_unit text NOT NULL DEFAULT '{item}',
    min_quantity numeric,
    storage_location_id uuid,
    photo_id uuid,
    purchase_date date,
    purchase_price numeric,
    current_value numeric,
    currency char(3),
    warranty_until date,
    url text,
    CONSTRAINT inventory_items_status_check CHECK (
        status IN ('in_use', 'stored', 'lent', 'broken', 'sold', 'given_away', 'lost', 'discarded')
    ),
    CONSTRAINT inventory_items_quantity_unit_check CHECK (quantity_unit <> ''),
    CONSTRAINT inventory_items_min_quantity_check CHECK (min_quantity >= 0),
    CONSTRAINT inventory_items_currency_check CHECK (currency ~ '^[A-Z]{3}$'),
    CONSTRAINT inventory_items_money_check CHECK (
        currency IS NOT NULL OR (purchase_price IS NULL AND current_value IS NULL)
    )
);
COMMENT ON TABLE inventory_items IS 'A thing that one owns, or a stock of equal ones: the drill, the coffee.
IndividualProduct of schema.org. How many there are is the sum of its movements.
@flags EHXC @half_life 90 @label name,model @time purchase_date @sensitivity normal';
COMMENT ON COLUMN inventory_items.name IS 'What it is @title @name';
COMMENT ON COLUMN inventory_items.description IS 'What one should know about it @text @markdown';
COMMENT ON COLUMN inventory_items.category IS 'What kind of thing: tools, books, food, electronics';
COMMENT ON COLUMN inventory_items.gtin IS 'The number under its bar code (GTIN of GS1: EAN, UPC)';
COMMENT ON COLUMN inventory_items.brand IS 'Whose brand it is @text';
COMMENT ON COLUMN inventory_items.model IS 'Which model it is @text';
COMMENT ON COLUMN inventory_items.serial_number IS 'The number of this very one @text';
COMMENT ON COLUMN inventory_items.status IS 'What has become of it: in_use, stored, lent, broken, sold, given_away,
lost or discarded';
COMMENT ON COLUMN inventory_items.quantity_unit IS 'In what it is counted: {item}, or a unit of UCUM such as kg, L, m';
COMMENT ON COLUMN inventory_items.min_quantity IS 'With less than this it is time to buy some';
COMMENT ON COLUMN inventory_items.storage_location_id IS 'Where it belongs';
COMMENT ON COLUMN inventory_items.purchase_date IS 'When it was bought';
COMMENT ON COLUMN inventory_items.purchase_price IS 'What one of it cost';
COMMENT ON COLUMN inventory_items.current_value IS 'What one of it is worth now';
COMMENT ON COLUMN inventory_items.currency IS 'Currency of price and value (ISO 4217)';
COMMENT ON COLUMN inventory_items.warranty_until IS 'The last day of the warranty';
COMMENT ON COLUMN inventory_items.url IS 'A page about it: the maker''s, the manual';
COMMENT ON COLUMN inventory_items.photo_id IS 'What it looks like';
CREATE INDEX inventory_items_storage_location_id_idx
    ON inventory_items (user_id, storage_location_id) WHERE deleted_at IS NULL;
CREATE INDEX inventory_items_category_idx ON inventory_items (user_id, category, name) WHERE deleted_at IS NULL;
CREATE INDEX inventory_items_status_idx ON inventory_items (user_id, status) WHERE deleted_at IS NULL;
CREATE INDEX inventory_items_warranty_until_idx ON inventory_items (user_id, warranty_until) WHERE deleted_at IS NULL;
CREATE INDEX inventory_items_gtin_idx ON inventory_items (user_id, gtin) WHERE deleted_at IS NULL;
CREATE INDEX inventory_items_photo_id_idx ON inventory_items (user_id, photo_id) WHERE deleted_at IS NULL;
ALTER TABLE inventory_items ADD CONSTRAINT inventory_items_storage_location_id_fkey
    FOREIGN KEY (user_id, storage_location_id) REFERENCES storage_locations (user_id, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE inventory_items ADD CONSTRAINT inventory_items_photo_id_fkey
    FOREIGN KEY (user_id, photo_id) REFERENCES photos (user_id, id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE devices ADD CONSTRAINT devices_inventory_item_id_fkey
    FOREIGN KEY (user_id, inventory_item_id) REFERENCES inventory_items (user_id, id) DEFERRABLE INITIALLY DEFERRED;

CREATE TABLE stock_movements (
    LIKE entity INCLUDING ALL,
    inventory_item_id uuid NOT NULL,
    occurred_at timestamptz NOT NULL DEFAULT now(),
    reason text NOT NULL DEFAULT 'use',
    delta numeric NOT NULL,
    quantity numeric,
    from_location_id uuid,
    to_location_id uuid,
    contact_id uuid,
    reverses_id uuid,
    note text,
    CONSTRAINT stock_movements_reason_check CHECK (
        reason IN ('purchase', 'use', 'transfer', 'loan', 'return', 'count', 'gift', 'sale', 'loss', 'reversal')
    ),
    CONSTRAINT stock_movements_quantity_check CHECK (quantity >= 0),
    CONSTRAINT stock_movements_transfer_check CHECK (
        reason <> 'transfer' OR (delta = 0 AND quantity IS NOT NULL AND to_location_id IS NOT NULL)
    ),
    CONSTRAINT stock_movements_reverses_check CHECK (reverses_id <> id)
);
COMMENT ON TABLE stock_movements IS 'That some of a stock came in, went out or was carried elsewhere. The sum of delta
is how many there are; a mistake is set right by another movement that reverses it.
@flags C @label note,reason @time occurred_at @sensitivity normal';
COMMENT ON COLUMN stock_movements.inventory_item_id IS 'What was moved';
COMMENT ON COLUMN stock_movements.occurred_at IS 'When';
COMMENT ON COLUMN stock_movements.reason IS 'Why: purchase, use, transfer, loan, return, count, gift, sale, loss or
reversal';
COMMENT ON COLUMN stock_movements.delta IS 'How many more there are now, in the unit of the item; negative where there
are fewer, 0 for a transfer';
COMMENT ON COLUMN stock_movements.quantity IS 'Of a transfer how many were carried; of a count how many were found';
COMMENT ON COLUMN stock_movements.from_location_id IS 'Where they were taken from';
COMMENT ON COLUMN stock_movements.to_location_id IS 'Where they were put';
COMMENT ON COLUMN stock_movements.contact_id IS 'Who lent or borrowed it, sold or got it';
COMMENT ON COLUMN stock_movements.reverses_id IS 'The movement that this one undoes: same item, opposite delta';
COMMENT ON COLUMN stock_movements.note IS 'What it was about @title';
CREATE UNIQUE INDEX stock_movements_reverses_id_key ON stock_movements (user_id, reverses_id) WHERE deleted_at IS NULL;
CREATE INDEX stock_movements_inventory_item_id_idx
    ON stock_movements (user_id, inventory_item_id, occurred_at) WHERE deleted_at IS NULL;
CREATE INDEX stock_movements_occurred_at_idx ON stock_movements (user_id, occurred_at, id) WHERE deleted_at IS NULL;
CREATE INDEX stock_movements_from_location_id_idx
    ON stock_movements (user_id, from_location_id) WHERE deleted_at IS NULL;
CREATE INDEX stock_movements_to_location_id_idx ON stock_movements (user_id, to_location_id) WHERE deleted_at IS NULL;
CREATE INDEX stock_movements_contact_id_idx ON stock_movements (user_id, contact_id) WHERE deleted_at IS NULL;
ALTER TABLE stock_movements ADD CONSTRAINT stock_movements_inventory_item_id_fkey
    FOREIGN KEY (user_id, inventory_item_id) REFERENCES inventory_items (user_id, id)
     ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE stock_movements ADD CONSTRAINT stock_movements_from_location_id_fkey
    FOREIGN KEY (user_id, from_location_id) REFERENCES storage_locations (user_id, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE stock_movements ADD CONSTRAINT stock_movements_to_location_id_fkey
    FOREIGN KEY (user_id, to_location_id) REFERENCES storage_locations (user_id, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE stock_movements ADD CONSTRAINT stock_movements_contact_id_fkey
    FOREIGN KEY (user_id, contact_id) REFERENCES contacts (user_id, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE stock_movements ADD CONSTRAINT stock_movements_reverses_id_fkey
    FOREIGN KEY (user_id, reverses_id) REFERENCES stock_movements (user_id, id) DEFERRABLE INITIALLY DEFERRED;

CREATE TABLE maintenance_records (
    LIKE described INCLUDING ALL,
    subject_type text NOT NULL,
    subject_id uuid NOT NULL,
    title text NOT NULL,
    note text,
    performed_at timestamptz,
    next_due_at timestamptz,
    rrule text,
    cost numeric,
    currency char(3),
    odometer_km numeric,
    provider text,
    organization_id uuid,
    CONSTRAINT maintenance_records_cost_check CHECK ((cost IS NULL) = (currency IS NULL)),
    CONSTRAINT maintenance_records_currency_check CHECK (currency ~ '^[A-Z]{3}$'),
    CONSTRAINT maintenance_records_odometer_km_check CHECK (odometer_km >= 0)
);
COMMENT ON TABLE maintenance_records IS 'What was done, or is to be done, to keep something whole: the boiler was
serviced, the tyres were changed.
@flags EHC @half_life 60 @label title @time performed_at @sensitivity normal';
COMMENT ON COLUMN maintenance_records.subject_type IS 'Type of the record that it was done on';
COMMENT ON COLUMN maintenance_records.subject_id IS 'What it was done on: a thing, a device, a room, a house';
COMMENT ON COLUMN maintenance_records.title IS 'What was done @title';
COMMENT ON COLUMN maintenance_records.note IS 'How, and with what @text @markdown';
COMMENT ON COLUMN maintenance_records.performed_at IS 'When; empty while it is still to be done';
COMMENT ON COLUMN maintenance_records.next_due_at IS 'When it is due again';
COMMENT ON COLUMN maintenance_records.rrule IS 'How often it is due: an RRULE of RFC 5545, e.g. FREQ=YEARLY';
COMMENT ON COLUMN maintenance_records.cost IS 'What it cost';
COMMENT ON COLUMN maintenance_records.currency IS 'Currency of the cost (ISO 4217)';
COMMENT ON COLUMN maintenance_records.odometer_km IS 'Of a vehicle how far it had gone, in kilometres';
COMMENT ON COLUMN maintenance_records.provider IS 'Who did it @text';
COMMENT ON COLUMN maintenance_records.organization_id IS 'The firm that did it';
CREATE INDEX maintenance_records_subject_id_idx
    ON maintenance_records (user_id, subject_id, performed_at) WHERE deleted_at IS NULL;
CREATE INDEX maintenance_records_performed_at_idx
    ON maintenance_records (user_id, performed_at, id) WHERE deleted_at IS NULL;
CREATE INDEX maintenance_records_next_due_at_idx ON maintenance_records (user_id, next_due_at) WHERE deleted_at IS NULL;
CREATE INDEX maintenance_records_organization_id_idx
    ON maintenance_records (user_id, organization_id) WHERE deleted_at IS NULL;
ALTER TABLE maintenance_records ADD CONSTRAINT maintenance_records_subject_id_fkey
    FOREIGN KEY (user_id, subject_id) REFERENCES records (user_id, id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE maintenance_records ADD CONSTRAINT maintenance_records_organization_id_fkey
    FOREIGN KEY (user_id, organization_id) REFERENCES organizations (user_id, id) DEFERRABLE INITIALLY DEFERRED;
