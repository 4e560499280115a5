//! Requests of TaskRouter.

use std::time::Duration;

use crate::callback::callback;
use crate::{
    AccountSid, ReservationSid, TaskQueueSid, TaskSid, WorkerSid, WorkflowSid, WorkspaceSid,
};

callback! {
    /// TaskRouter holds a task for a worker and asks what to do (the `AssignmentCallbackUrl` of a
    /// workflow). Answer with JSON: `{"instruction": "dequeue"}`, `accept`, `reject`, `call`,
    /// `conference` or `redirect`; `{}` leaves the reservation pending.
    ///
    /// Source: Twilio, "TaskRouter: Workflow", from memory of the page.
    pub struct TaskAssignment {
        /// The account.
        pub account_sid: AccountSid = "AccountSid",
        /// The workspace.
        pub workspace_sid: WorkspaceSid = "WorkspaceSid",
        /// The workflow.
        pub workflow_sid: WorkflowSid = "WorkflowSid",
        /// The queue that the task came through.
        pub task_queue_sid: TaskQueueSid = "TaskQueueSid",
        /// The task.
        pub task_sid: TaskSid = "TaskSid",
        /// What is known about the task, as JSON; a call's SID is its `call_sid`.
        pub task_attributes: String = "TaskAttributes",
        /// How old the task is.
        pub task_age: Duration = "TaskAge",
        /// The task's priority: larger goes first.
        pub task_priority: u32 = "TaskPriority",
        /// The reservation to accept or reject.
        pub reservation_sid: ReservationSid = "ReservationSid",
        /// The worker.
        pub worker_sid: WorkerSid = "WorkerSid",
        /// The worker's name.
        pub worker_name: String = "WorkerName",
        /// What is known about the worker, as JSON.
        pub worker_attributes: String = "WorkerAttributes",
    }
}
