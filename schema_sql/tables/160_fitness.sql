-- Fitness, sleep and food: Open mHealth (IEEE 1752.1), FIT and TCX, Recipe and NutritionInformation of schema.org.
-- A workout or a night is one row; second by second stays in the file that it came from, or in entity_states.

CREATE TABLE workouts (
    LIKE synced INCLUDING ALL,
    activity_name text NOT NULL,
    name text,
    effective_start timestamptz NOT NULL,
    effective_end timestamptz,
    gps_track_id uuid,
    moving_time_s integer,
    distance_m numeric,
    elevation_gain_m numeric,
    kcal_burned numeric,
    steps integer,
    avg_heart_rate smallint,
    max_heart_rate smallint,
    avg_power_w smallint,
    perceived_exertion smallint,
    device text,
    note text,
    place_id uuid,
    file_id uuid,
    CONSTRAINT workouts_activity_name_check CHECK (activity_name <> ''),
    CONSTRAINT workouts_period_check CHECK (effective_end >= effective_start),
    CONSTRAINT workouts_moving_time_s_check CHECK (moving_time_s >= 0),
    CONSTRAINT workouts_distance_m_check CHECK (distance_m >= 0),
    CONSTRAINT workouts_elevation_gain_m_check CHECK (elevation_gain_m >= 0),
    CONSTRAINT workouts_kcal_burned_check CHECK (kcal_burned >= 0),
    CONSTRAINT workouts_steps_check CHECK (steps >= 0),
    CONSTRAINT workouts_avg_heart_rate_check CHECK (avg_heart_rate BETWEEN 1 AND 300),
    CONSTRAINT workouts_max_heart_rate_check CHECK (max_heart_rate BETWEEN 1 AND 300),
    CONSTRAINT workouts_avg_power_w_check CHECK (avg_power_w >= 0),
    CONSTRAINT workouts_perceived_exertion_check CHECK (perceived_exertion BETWEEN 1 AND 10)
);
COMMENT ON TABLE workouts IS 'A run, a ride, an hour in the gym: physical-activity of Open mHealth, session of FIT,
Activity of TCX, Workout of Apple Health.
@flags EHCS @half_life 21 @label name,activity_name @time effective_start @sensitivity critical';
COMMENT ON COLUMN workouts.activity_name IS 'What was done: running, cycling, strength (activity_name of Open
mHealth) @text';
COMMENT ON COLUMN workouts.name IS 'A name for it: Sunday round of the lake @title';
COMMENT ON COLUMN workouts.effective_start IS 'When it began';
COMMENT ON COLUMN workouts.effective_end IS 'When it ended, pauses included';
COMMENT ON COLUMN workouts.moving_time_s IS 'How long it took without the pauses, in seconds';
COMMENT ON COLUMN workouts.distance_m IS 'How far, in metres';
COMMENT ON COLUMN workouts.elevation_gain_m IS 'How much uphill, in metres';
COMMENT ON COLUMN workouts.kcal_burned IS 'Energy, in kilocalories';
COMMENT ON COLUMN workouts.steps IS 'How many steps';
COMMENT ON COLUMN workouts.avg_heart_rate IS 'Heart beats a minute, on average';
COMMENT ON COLUMN workouts.max_heart_rate IS 'Heart beats a minute, at most';
COMMENT ON COLUMN workouts.avg_power_w IS 'Power on average, in watts';
COMMENT ON COLUMN workouts.perceived_exertion IS 'How hard it felt, from 1 (very easy) to 10 (all one could do)';
COMMENT ON COLUMN workouts.device IS 'What recorded it';
COMMENT ON COLUMN workouts.note IS 'How it went @text @markdown';
COMMENT ON COLUMN workouts.place_id IS 'Where it was, or began';
COMMENT ON COLUMN workouts.file_id IS 'The FIT, TCX or GPX file that it came from, with all samples';
COMMENT ON COLUMN workouts.gps_track_id IS 'The way that it took';
CREATE INDEX workouts_effective_start_idx ON workouts (user_id, effective_start, id) WHERE deleted_at IS NULL;
CREATE INDEX workouts_activity_name_idx ON workouts (user_id, activity_name, effective_start) WHERE deleted_at IS NULL;
CREATE INDEX workouts_place_id_idx ON workouts (user_id, place_id) WHERE deleted_at IS NULL;
CREATE INDEX workouts_file_id_idx ON workouts (user_id, file_id) WHERE deleted_at IS NULL;
CREATE INDEX workouts_gps_track_id_idx ON workouts (user_id, gps_track_id) WHERE deleted_at IS NULL;
ALTER TABLE workouts ADD CONSTRAINT workouts_file_id_fkey
    FOREIGN KEY (user_id, file_id) REFERENCES files (user_id, id) DEFERRABLE INITIALLY DEFERRED;

CREATE TABLE sleep_sessions (
    LIKE synced_part INCLUDING ALL,
    effective_start timestamptz NOT NULL,
    effective_end timestamptz NOT NULL,
    is_main boolean NOT NULL DEFAULT true,
    total_sleep_s integer,
    light_sleep_s integer,
    deep_sleep_s integer,
    rem_sleep_s integer,
    latency_s integer,
    awakenings integer,
    efficiency real,
    source_device text,
    note text,
    CONSTRAINT sleep_sessions_period_check CHECK (effective_end >= effective_start),
    CONSTRAINT sleep_sessions_total_sleep_s_check CHECK (total_sleep_s >= 0),
    CONSTRAINT sleep_sessions_light_sleep_s_check CHECK (light_sleep_s >= 0),
    CONSTRAINT sleep_sessions_deep_sleep_s_check CHECK (deep_sleep_s >= 0),
    CONSTRAINT sleep_sessions_rem_sleep_s_check CHECK (rem_sleep_s >= 0),
    CONSTRAINT sleep_sessions_latency_s_check CHECK (latency_s >= 0),
    CONSTRAINT sleep_sessions_awakenings_check CHECK (awakenings >= 0),
    CONSTRAINT sleep_sessions_efficiency_check CHECK (efficiency BETWEEN 0 AND 1)
);
COMMENT ON TABLE sleep_sessions IS 'A night, or a nap: sleep-episode of Open mHealth. Two devices may tell of one night.
@flags CS @label note @time effective_start @sensitivity critical';
COMMENT ON COLUMN sleep_sessions.effective_start IS 'When one went to bed';
COMMENT ON COLUMN sleep_sessions.effective_end IS 'When one got up';
COMMENT ON COLUMN sleep_sessions.is_main IS 'The night, and not a nap (is_main_sleep)';
COMMENT ON COLUMN sleep_sessions.total_sleep_s IS 'How long one slept, in seconds (total_sleep_time)';
COMMENT ON COLUMN sleep_sessions.light_sleep_s IS 'Of that in light sleep, in seconds';
COMMENT ON COLUMN sleep_sessions.deep_sleep_s IS 'Of that in deep sleep, in seconds';
COMMENT ON COLUMN sleep_sessions.rem_sleep_s IS 'Of that in REM sleep, in seconds';
COMMENT ON COLUMN sleep_sessions.latency_s IS 'How long it took to fall asleep, in seconds (latency_to_sleep_onset)';
COMMENT ON COLUMN sleep_sessions.awakenings IS 'How often one woke up (number_of_awakenings)';
COMMENT ON COLUMN sleep_sessions.efficiency IS 'The part of the time in bed that one slept, 0 to 1
(sleep_maintenance_efficiency)';
COMMENT ON COLUMN sleep_sessions.source_device IS 'What recorded it';
COMMENT ON COLUMN sleep_sessions.note IS 'How one slept, what one dreamt @text @markdown';
CREATE INDEX sleep_sessions_effective_start_idx ON sleep_sessions (user_id, effective_start, id) WHERE deleted_at IS NULL;

CREATE TABLE body_measurements (
    LIKE synced_part INCLUDING ALL,
    effective_at timestamptz NOT NULL DEFAULT now(),
    kind text NOT NULL,
    value numeric NOT NULL,
    unit text NOT NULL,
    value2 numeric,
    device text,
    note text,
    CONSTRAINT body_measurements_kind_check CHECK (
        kind IN ('body_weight', 'body_height', 'body_fat_percentage', 'body_mass_index', 'lean_body_mass',
                 'waist_circumference', 'blood_pressure', 'heart_rate', 'body_temperature', 'other')
    ),
    CONSTRAINT body_measurements_value2_check CHECK ((kind = 'blood_pressure') = (value2 IS NOT NULL)),
    CONSTRAINT body_measurements_unit_check CHECK (unit <> '')
);
COMMENT ON TABLE body_measurements IS 'What the scales, the tape or the cuff at home said; the schemas of Open mHealth.
What a doctor or a watch measured are health observations.
@flags CST @label kind @time effective_at @sensitivity critical';
COMMENT ON COLUMN body_measurements.effective_at IS 'When it was measured';
COMMENT ON COLUMN body_measurements.kind IS 'What was measured: body_weight, body_height, body_fat_percentage,
body_mass_index,
lean_body_mass, waist_circumference, blood_pressure, heart_rate, body_temperature or other';
COMMENT ON COLUMN body_measurements.value IS 'The value in the unit; of blood pressure the systolic one';
COMMENT ON COLUMN body_measurements.unit IS 'Unit in UCUM: kg, cm, %, mm[Hg], Cel';
COMMENT ON COLUMN body_measurements.value2 IS 'The diastolic value of blood pressure';
COMMENT ON COLUMN body_measurements.device IS 'What measured it';
COMMENT ON COLUMN body_measurements.note IS 'A remark; of another kind what was measured @markdown';
CREATE INDEX body_measurements_kind_idx
    ON body_measurements (user_id, kind, effective_at, id) WHERE deleted_at IS NULL;
CREATE INDEX body_measurements_effective_at_idx
    ON body_measurements (user_id, effective_at, id) WHERE deleted_at IS NULL;
CREATE INDEX body_measurements_effective_at_brin ON body_measurements USING brin (effective_at);

CREATE TABLE health_samples (
    user_id uuid NOT NULL DEFAULT acting_user(),
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    code text NOT NULL,
    sampled_at timestamptz NOT NULL,
    ended_at timestamptz,
    value double precision NOT NULL,
    unit text NOT NULL,
    device text,
    note text,
    source text NOT NULL DEFAULT 'local',
    PRIMARY KEY (user_id, id),
    CONSTRAINT health_samples_code_check CHECK (code <> '' AND octet_length(code) <= 200),
    CONSTRAINT health_samples_ended_at_check CHECK (ended_at >= sampled_at)
);
COMMENT ON TABLE health_samples IS 'What a watch measures all day long: heart rate, steps, energy. A million of them is
a year or two, which is why they are no records; what is measured once in a while is a health observation.
@class ledger @flags T @time sampled_at @sensitivity critical';
COMMENT ON COLUMN health_samples.code IS 'What was measured: heart rate, step count, active energy burned';
COMMENT ON COLUMN health_samples.sampled_at IS 'When, or since when';
COMMENT ON COLUMN health_samples.ended_at IS 'Until when; empty where it was a moment';
COMMENT ON COLUMN health_samples.value IS 'The number in the unit';
COMMENT ON COLUMN health_samples.unit IS 'Unit in UCUM: /min, {count}, kcal, m, %';
COMMENT ON COLUMN health_samples.device IS 'What measured it';
COMMENT ON COLUMN health_samples.note IS 'What else the device said of it, a line each';
COMMENT ON COLUMN health_samples.source IS 'Where the row came from: local, or the name of an import or a connector';
CREATE INDEX health_samples_code_idx ON health_samples (user_id, code, sampled_at, id);
CREATE INDEX health_samples_sampled_at_brin ON health_samples USING brin (sampled_at);

CREATE TABLE recipes (
    LIKE described INCLUDING ALL,
    name text NOT NULL,
    description text,
    recipe_yield text,
    servings numeric,
    prep_time interval,
    cook_time interval,
    total_time interval,
    instructions text,
    category text,
    cuisine text,
    keywords text[] NOT NULL DEFAULT '{}',
    author text,
    source_url text,
    nutrition jsonb NOT NULL DEFAULT '{}',
    rating smallint,
    CONSTRAINT recipes_servings_check CHECK (servings > 0),
    CONSTRAINT recipes_rating_check CHECK (rating BETWEEN 1 AND 5)
);
COMMENT ON TABLE recipes IS 'How to cook something: Recipe of schema.org. What it takes are its ingredients.
@flags EHXC @half_life 60 @label name @sensitivity normal';
COMMENT ON COLUMN recipes.name IS 'Name of the dish @title @name';
COMMENT ON COLUMN recipes.description IS 'What it is like @text @markdown';
COMMENT ON COLUMN recipes.recipe_yield IS 'What comes of it, as written: 12 muffins (recipeYield)';
COMMENT ON COLUMN recipes.servings IS 'For how many the quantities of the ingredients are';
COMMENT ON COLUMN recipes.prep_time IS 'How long it takes to prepare (prepTime)';
COMMENT ON COLUMN recipes.cook_time IS 'How long it is on the fire (cookTime)';
COMMENT ON COLUMN recipes.total_time IS 'How long it takes in all, rests included (totalTime)';
COMMENT ON COLUMN recipes.instructions IS 'Step by step (recipeInstructions) @text @markdown';
COMMENT ON COLUMN recipes.category IS 'Which course or kind of dish: starter, main course, cake (recipeCategory)';
COMMENT ON COLUMN recipes.cuisine IS 'From which kitchen: Thai, Tyrolean (recipeCuisine)';
COMMENT ON COLUMN recipes.keywords IS 'Plain labels: vegan, quick';
COMMENT ON COLUMN recipes.author IS 'Whose recipe it is @text';
COMMENT ON COLUMN recipes.source_url IS 'The page that it comes from';
COMMENT ON COLUMN recipes.nutrition IS 'What one serving has, as NutritionInformation of schema.org calls it:
{"calories": "450 kcal", "proteinContent": "20 g"}';
COMMENT ON COLUMN recipes.rating IS 'How good it was, from 1 to 5';
CREATE INDEX recipes_name_idx ON recipes (user_id, name) WHERE deleted_at IS NULL;

CREATE TABLE recipe_ingredients (
    LIKE entity INCLUDING ALL,
    recipe_id uuid NOT NULL,
    sort_order double precision NOT NULL DEFAULT 0,
    section text,
    quantity numeric,
    unit text,
    name text NOT NULL,
    note text,
    CONSTRAINT recipe_ingredients_name_check CHECK (name <> ''),
    CONSTRAINT recipe_ingredients_quantity_check CHECK (quantity >= 0)
);
COMMENT ON TABLE recipe_ingredients IS 'What goes into a dish, and how much of it: a line of recipeIngredient of
schema.org. @flags C @label name @sensitivity normal';
COMMENT ON COLUMN recipe_ingredients.recipe_id IS 'The recipe';
COMMENT ON COLUMN recipe_ingredients.sort_order IS 'Place in the list, smaller first';
COMMENT ON COLUMN recipe_ingredients.section IS 'The part of the dish that it is for: the dough, the sauce';
COMMENT ON COLUMN recipe_ingredients.quantity IS 'How much, in the unit; empty for a pinch or to taste';
COMMENT ON COLUMN recipe_ingredients.unit IS 'In what it is measured: g, ml, tbsp, cloves';
COMMENT ON COLUMN recipe_ingredients.name IS 'What it is: wheat flour @title';
COMMENT ON COLUMN recipe_ingredients.note IS 'How it should be: finely chopped, at room temperature';
CREATE INDEX recipe_ingredients_recipe_id_idx
    ON recipe_ingredients (user_id, recipe_id, sort_order) WHERE deleted_at IS NULL;
ALTER TABLE recipe_ingredients ADD CONSTRAINT recipe_ingredients_recipe_id_fkey
    FOREIGN KEY (user_id, recipe_id) REFERENCES recipes (user_id, id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED;

CREATE TABLE meals (
    LIKE described INCLUDING ALL,
    eaten_at timestamptz NOT NULL DEFAULT now(),
    meal_type text,
    description text NOT NULL DEFAULT '',
    recipe_id uuid,
    place_id uuid,
    photo_id uuid,
    servings numeric,
    kcal numeric,
    protein_g numeric,
    carb_g numeric,
    fat_g numeric,
    fiber_g numeric,
    CONSTRAINT meals_meal_type_check CHECK (meal_type IN ('breakfast', 'lunch', 'dinner', 'snack', 'drink')),
    CONSTRAINT meals_servings_check CHECK (servings > 0),
    CONSTRAINT meals_kcal_check CHECK (kcal >= 0),
    CONSTRAINT meals_protein_g_check CHECK (protein_g >= 0),
    CONSTRAINT meals_carb_g_check CHECK (carb_g >= 0),
    CONSTRAINT meals_fat_g_check CHECK (fat_g >= 0),
    CONSTRAINT meals_fiber_g_check CHECK (fiber_g >= 0)
);
COMMENT ON TABLE meals IS 'What was eaten. With whom are links WITH to contacts.
@flags EHC @half_life 14 @label description,meal_type @time eaten_at @sensitivity critical';
COMMENT ON COLUMN meals.eaten_at IS 'When';
COMMENT ON COLUMN meals.meal_type IS 'Which meal: breakfast, lunch, dinner, snack or drink';
COMMENT ON COLUMN meals.description IS 'What it was @title @markdown';
COMMENT ON COLUMN meals.recipe_id IS 'How it was cooked';
COMMENT ON COLUMN meals.place_id IS 'Where it was eaten';
COMMENT ON COLUMN meals.servings IS 'How many servings of it one had';
COMMENT ON COLUMN meals.kcal IS 'Energy of all that one had, in kilocalories';
COMMENT ON COLUMN meals.protein_g IS 'Protein of all that one had, in grams';
COMMENT ON COLUMN meals.carb_g IS 'Carbohydrates of all that one had, in grams';
COMMENT ON COLUMN meals.fat_g IS 'Fat of all that one had, in grams';
COMMENT ON COLUMN meals.fiber_g IS 'Fibre of all that one had, in grams';
COMMENT ON COLUMN meals.photo_id IS 'What it looked like';
CREATE INDEX meals_eaten_at_idx ON meals (user_id, eaten_at, id) WHERE deleted_at IS NULL;
CREATE INDEX meals_recipe_id_idx ON meals (user_id, recipe_id) WHERE deleted_at IS NULL;
CREATE INDEX meals_place_id_idx ON meals (user_id, place_id) WHERE deleted_at IS NULL;
CREATE INDEX meals_photo_id_idx ON meals (user_id, photo_id) WHERE deleted_at IS NULL;
ALTER TABLE meals ADD CONSTRAINT meals_recipe_id_fkey
    FOREIGN KEY (user_id, recipe_id) REFERENCES recipes (user_id, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE meals ADD CONSTRAINT meals_photo_id_fkey
    FOREIGN KEY (user_id, photo_id) REFERENCES photos (user_id, id) DEFERRABLE INITIALLY DEFERRED;
