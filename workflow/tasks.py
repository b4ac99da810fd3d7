"""Doorways from the clock: each task makes one call and is done. The rows decide what there is to do."""

from celery import shared_task

from workflow import ledger, outbox, sweep
from workflow.messages import sending, telling


@shared_task
def deliver_outbox() -> None:
    outbox.deliver_due()


@shared_task
def sweep_deadlines() -> None:
    sweep.sweep()


@shared_task
def sequence_ledger() -> None:
    ledger.sequence_all()


@shared_task
def tell_people() -> None:
    telling.follow_all()
    sending.send_waiting()


@shared_task
def remind_people() -> None:
    telling.remind()
    telling.digest()
