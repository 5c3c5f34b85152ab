-- The house and its devices: the registries of Home Assistant (area, device, entity) and its states. Things that one
-- owns are in 181_things.sql.

CREATE TABLE areas (
    LIKE synced INCLUDING ALL,
    name text NOT NULL,
    aliases text[] NOT NULL DEFAULT '{}',
    floor text,
    icon text,
    ha_area_id text,
    place_id uuid
);
COMMENT ON TABLE areas IS 'A room or another part of a house: the kitchen, the garden. Area of Home Assistant.
@flags HCS @half_life 120 @label name @sensitivity normal';
COMMENT ON COLUMN areas.name IS 'Name of the room @title @name';
COMMENT ON COLUMN areas.aliases IS 'What else it is called @name';
COMMENT ON COLUMN areas.floor IS 'On which floor it is';
COMMENT ON COLUMN areas.icon IS 'Name of a picture: mdi:sofa';
COMMENT ON COLUMN areas.ha_area_id IS 'area_id of Home Assistant';
COMMENT ON COLUMN areas.place_id IS 'The house that it is a part of';
CREATE INDEX areas_place_id_idx ON areas (user_id, place_id) WHERE deleted_at IS NULL;
CREATE INDEX areas_ha_area_id_idx ON areas (user_id, ha_area_id) WHERE deleted_at IS NULL;
ALTER TABLE areas ADD CONSTRAINT areas_place_id_fkey
    FOREIGN KEY (user_id, place_id) REFERENCES places (user_id, id) DEFERRABLE INITIALLY DEFERRED;

CREATE TABLE devices (
    LIKE synced INCLUDING ALL,
    name text NOT NULL,
    manufacturer text,
    model text,
    model_id text,
    serial_number text,
    sw_version text,
    hw_version text,
    configuration_url text,
    disabled boolean NOT NULL DEFAULT false,
    ha_device_id text,
    area_id uuid,
    via_device_id uuid,
    inventory_item_id uuid,
    note text,
    CONSTRAINT devices_via_device_check CHECK (via_device_id <> id)
);
COMMENT ON TABLE devices IS 'A thing that measures or does something and tells of it: a thermostat, a lamp, a car.
Device of Home Assistant.
@flags HCS @half_life 90 @label name,model @sensitivity normal';
COMMENT ON COLUMN devices.name IS 'What one calls it (name_by_user, or else name) @title @name';
COMMENT ON COLUMN devices.manufacturer IS 'Who made it @text';
COMMENT ON COLUMN devices.model IS 'Which model it is @text';
COMMENT ON COLUMN devices.model_id IS 'The maker''s number of the model';
COMMENT ON COLUMN devices.serial_number IS 'The number of this very one';
COMMENT ON COLUMN devices.sw_version IS 'Version of its software';
COMMENT ON COLUMN devices.hw_version IS 'Version of the hardware';
COMMENT ON COLUMN devices.configuration_url IS 'Where it is set up';
COMMENT ON COLUMN devices.disabled IS 'Not in use';
COMMENT ON COLUMN devices.ha_device_id IS 'Id in the device registry of Home Assistant';
COMMENT ON COLUMN devices.area_id IS 'The room that it is in';
COMMENT ON COLUMN devices.via_device_id IS 'The device through which it is reached: a bridge, a hub';
COMMENT ON COLUMN devices.inventory_item_id IS 'The thing that it is, as one owns it';
COMMENT ON COLUMN devices.note IS 'What else one should know @text @markdown';
CREATE INDEX devices_area_id_idx ON devices (user_id, area_id) WHERE deleted_at IS NULL;
CREATE INDEX devices_via_device_id_idx ON devices (user_id, via_device_id) WHERE deleted_at IS NULL;
CREATE INDEX devices_inventory_item_id_idx ON devices (user_id, inventory_item_id) WHERE deleted_at IS NULL;
CREATE INDEX devices_ha_device_id_idx ON devices (user_id, ha_device_id) WHERE deleted_at IS NULL;
ALTER TABLE devices ADD CONSTRAINT devices_area_id_fkey
    FOREIGN KEY (user_id, area_id) REFERENCES areas (user_id, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE devices ADD CONSTRAINT devices_via_device_id_fkey
    FOREIGN KEY (user_id, via_device_id) REFERENCES devices (user_id, id) DEFERRABLE INITIALLY DEFERRED;

CREATE TABLE device_entities (
    LIKE synced INCLUDING ALL,
    device_id uuid,
    area_id uuid,
    entity_id text NOT NULL,
    domain text GENERATED ALWAYS AS (split_part(entity_id, '.', 1)) STORED,
    friendly_name text,
    device_class text,
    state_class text,
    unit_of_measurement text,
    icon text,
    disabled boolean NOT NULL DEFAULT false,
    last_state text,
    last_changed_at timestamptz,
    CONSTRAINT device_entities_entity_id_check CHECK (octet_length(entity_id) BETWEEN 1 AND 255)
);
COMMENT ON TABLE device_entities IS 'One thing that a device measures or does: the temperature in the kitchen, a switch.
Entity of Home Assistant; its values over time are entity states.
@flags HCS @half_life 30 @label friendly_name,entity_id @sensitivity normal';
COMMENT ON COLUMN device_entities.device_id IS 'The device that it belongs to';
COMMENT ON COLUMN device_entities.area_id IS 'The room, where it is another than that of the device';
COMMENT ON COLUMN device_entities.entity_id IS 'Its name in Home Assistant: sensor.kitchen_temperature @name';
COMMENT ON COLUMN device_entities.domain IS 'The part of that name before the dot: sensor, switch, light';
COMMENT ON COLUMN device_entities.friendly_name IS 'Its name for people @title @name';
COMMENT ON COLUMN device_entities.device_class IS 'What it measures: temperature, humidity, energy, door';
COMMENT ON COLUMN device_entities.state_class IS 'How its values behave: measurement, total or total_increasing';
COMMENT ON COLUMN device_entities.unit_of_measurement IS 'Unit of its values as Home Assistant writes it: °C, kWh, %';
COMMENT ON COLUMN device_entities.icon IS 'Name of a picture: mdi:thermometer';
COMMENT ON COLUMN device_entities.disabled IS 'Not in use';
COMMENT ON COLUMN device_entities.last_state IS 'Its last known value @volatile';
COMMENT ON COLUMN device_entities.last_changed_at IS 'When it took on that value @volatile';
CREATE UNIQUE INDEX device_entities_source_entity_id_key
    ON device_entities (user_id, source, entity_id) WHERE deleted_at IS NULL;
CREATE INDEX device_entities_device_id_idx ON device_entities (user_id, device_id) WHERE deleted_at IS NULL;
CREATE INDEX device_entities_area_id_idx ON device_entities (user_id, area_id) WHERE deleted_at IS NULL;
CREATE INDEX device_entities_entity_id_idx ON device_entities (user_id, entity_id) WHERE deleted_at IS NULL;
ALTER TABLE device_entities ADD CONSTRAINT device_entities_device_id_fkey
    FOREIGN KEY (user_id, device_id) REFERENCES devices (user_id, id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE device_entities ADD CONSTRAINT device_entities_area_id_fkey
    FOREIGN KEY (user_id, area_id) REFERENCES areas (user_id, id) DEFERRABLE INITIALLY DEFERRED;

-- A house tells of itself every second: a row has no id and no record, its key is the one index that lists are read by,
-- and a state that comes twice is one.
CREATE TABLE entity_states (
    user_id uuid NOT NULL DEFAULT acting_user(),
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    device_entity_id uuid NOT NULL,
    last_updated timestamptz NOT NULL,
    last_changed timestamptz,
    state text NOT NULL,
    numeric_state double precision,
    attributes jsonb,
    PRIMARY KEY (user_id, id)
);
COMMENT ON TABLE entity_states IS 'What an entity of the house was at a moment: State of Home Assistant.
@class ledger @flags T @time last_updated';
COMMENT ON COLUMN entity_states.device_entity_id IS 'The entity whose value it is';
COMMENT ON COLUMN entity_states.last_updated IS 'When it was told';
COMMENT ON COLUMN entity_states.last_changed IS 'Since when the value is so; empty where that is the same moment';
COMMENT ON COLUMN entity_states.state IS 'The value as Home Assistant writes it: 21.5, on, unavailable';
COMMENT ON COLUMN entity_states.numeric_state IS 'The value as a number, where it is one';
COMMENT ON COLUMN entity_states.attributes IS 'What else was told, by name; empty where it was nothing new';
CREATE UNIQUE INDEX entity_states_key ON entity_states (user_id, device_entity_id, last_updated);
CREATE INDEX entity_states_last_updated_idx ON entity_states USING brin (last_updated);
ALTER TABLE entity_states ADD CONSTRAINT entity_states_device_entity_id_fkey
    FOREIGN KEY (user_id, device_entity_id) REFERENCES device_entities (user_id, id)
     ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED;
