ALTER TABLE "workflows" ALTER COLUMN "auto" DROP DEFAULT;--> statement-breakpoint
ALTER TABLE "workflows" ALTER COLUMN "auto" DROP NOT NULL;--> statement-breakpoint
-- Of what was made before and never began, nobody was asked.
UPDATE "workflows" SET "auto" = NULL WHERE "status" = 'created' AND "queued_at" IS NULL AND NOT "auto";
