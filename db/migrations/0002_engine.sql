CREATE TABLE "operation_durations" (
	"device_type" "device_type" NOT NULL,
	"operation" text NOT NULL,
	"signature" text NOT NULL,
	"seconds" double precision[] NOT NULL,
	"p50" double precision NOT NULL,
	"p90" double precision NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "operation_durations_device_type_operation_signature_pk" PRIMARY KEY("device_type","operation","signature")
);
--> statement-breakpoint
CREATE TABLE "predictions" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "predictions_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"kind" text NOT NULL,
	"workflow_id" text NOT NULL,
	"device_id" text NOT NULL,
	"based_on" text NOT NULL,
	"made_at" timestamp (3) with time zone NOT NULL,
	"p50_at" timestamp (3) with time zone NOT NULL,
	"p90_at" timestamp (3) with time zone NOT NULL,
	"actual_at" timestamp (3) with time zone
);
--> statement-breakpoint
ALTER TABLE "device_bookings" ADD COLUMN "step_index" integer;--> statement-breakpoint
ALTER TABLE "device_queue" ADD COLUMN "step_index" integer;--> statement-breakpoint
ALTER TABLE "devices" ADD COLUMN "mode_reason" text;--> statement-breakpoint
ALTER TABLE "devices" ADD COLUMN "connection_reason" text;--> statement-breakpoint
ALTER TABLE "devices" ADD COLUMN "failures_in_row" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "devices" ADD COLUMN "last_failed_workflow" text;--> statement-breakpoint
ALTER TABLE "execution_logs" ADD COLUMN "error_code" text;--> statement-breakpoint
ALTER TABLE "workflow_steps" ADD COLUMN "device_id" text;--> statement-breakpoint
ALTER TABLE "workflow_steps" ADD COLUMN "hold" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "workflow_steps" ADD COLUMN "retry" json;--> statement-breakpoint
ALTER TABLE "workflow_steps" ADD COLUMN "timeout_seconds" double precision;--> statement-breakpoint
ALTER TABLE "workflow_steps" ADD COLUMN "error_code" text;--> statement-breakpoint
ALTER TABLE "workflow_steps" ADD COLUMN "retry_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "workflow_steps" ADD COLUMN "note" text;--> statement-breakpoint
CREATE INDEX "predictions_by_time" ON "predictions" USING btree ("made_at");--> statement-breakpoint
CREATE INDEX "open_predictions" ON "predictions" USING btree ("workflow_id") WHERE actual_at is null;--> statement-breakpoint
CREATE INDEX "workflows_by_end" ON "workflows" USING btree ("completed_at") WHERE completed_at is not null;