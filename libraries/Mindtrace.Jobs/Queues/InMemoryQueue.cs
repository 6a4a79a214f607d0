namespace Mindtrace.Jobs;

/// <summary>One queue: what waits in it, and who consumes it. Messages go to consumers with room as soon as both are there.</summary>
internal sealed class InMemoryQueue(JobType name)
{
    private readonly Lock _lock = new();
    private readonly PriorityQueue<InMemoryJobDelivery, (long Rank, long Sequence)> _waiting = new();
    private readonly Queue<InMemoryJobConsumer> _consumers = [];

    private QueueOrder? _order;
    private long _sequence;
    private int _generation;

    public bool IsDeclared
    {
        get
        {
            lock (_lock)
            {
                return _order is not null;
            }
        }
    }

    public void Declare(QueueOrder order)
    {
        lock (_lock)
        {
            _order ??= order;
        }
    }

    public void Publish(IReadOnlyList<JobMessage> messages)
    {
        lock (_lock)
        {
            var order = DeclaredOrder();
            if (messages.FirstOrDefault(message => message.JobType != name) is { } stray)
            {
                throw new ArgumentException($"A message of job type '{stray.JobType}' does not belong in queue '{name}'.", nameof(messages));
            }

            foreach (var message in messages)
            {
                _sequence++;
                var place = order switch
                {
                    QueueOrder.Stack => (0, -_sequence),
                    QueueOrder.Priority => (-message.Priority, _sequence),
                    _ => (0, _sequence),
                };

                // A copy, as a server would have one: the publisher may use its buffer again.
                var stored = message with { Body = message.Body.ToArray() };
                Enqueue(new InMemoryJobDelivery(stored, deliveryCount: 0, place, _generation));
            }

            HandOut();
        }
    }

    public InMemoryJobConsumer Consume(int prefetch)
    {
        lock (_lock)
        {
            DeclaredOrder();
            var consumer = new InMemoryJobConsumer(this, prefetch);
            _consumers.Enqueue(consumer);
            HandOut();
            return consumer;
        }
    }

    public long Count()
    {
        lock (_lock)
        {
            DeclaredOrder();
            return _waiting.Count;
        }
    }

    public long Purge()
    {
        lock (_lock)
        {
            DeclaredOrder();
            var purged = _waiting.Count;
            _waiting.Clear();
            return purged;
        }
    }

    public void Delete()
    {
        lock (_lock)
        {
            _order = null;
            _generation++;
            _waiting.Clear();
        }
    }

    public void Settle(InMemoryJobConsumer consumer, InMemoryJobDelivery delivery, bool giveBack)
    {
        lock (_lock)
        {
            if (!consumer.InHand.Remove(delivery))
            {
                return;
            }

            if (giveBack)
            {
                GiveBack(delivery);
            }

            HandOut();
        }
    }

    /// <summary>Hands the consumer nothing more, and takes back what nobody has read yet.</summary>
    public void Stop(InMemoryJobConsumer consumer)
    {
        lock (_lock)
        {
            consumer.IsTaking = false;
            foreach (var unread in consumer.TakeUnread())
            {
                consumer.InHand.Remove(unread);
                GiveBack(unread);
            }

            HandOut();
        }
    }

    public void Close(InMemoryJobConsumer consumer)
    {
        lock (_lock)
        {
            Stop(consumer);
            foreach (var delivery in consumer.InHand)
            {
                GiveBack(delivery);
            }

            consumer.InHand.Clear();
            HandOut();
        }
    }

    private QueueOrder DeclaredOrder() => _order ?? throw new JobQueueNotFoundException(name);

    private void GiveBack(InMemoryJobDelivery delivery)
    {
        if (delivery.Generation == _generation)
        {
            Enqueue(new InMemoryJobDelivery(delivery.Message, delivery.DeliveryCount + 1, delivery.Place, _generation));
        }
    }

    private void Enqueue(InMemoryJobDelivery delivery) => _waiting.Enqueue(delivery, delivery.Place);

    private void HandOut()
    {
        // Each consumer is asked in turn; after a whole round without room, the rest waits.
        for (var refusals = 0; _waiting.Count > 0 && refusals < _consumers.Count;)
        {
            var consumer = _consumers.Dequeue();
            if (!consumer.IsTaking)
            {
                continue;
            }

            _consumers.Enqueue(consumer);
            if (consumer.InHand.Count < consumer.Prefetch)
            {
                consumer.Accept(_waiting.Dequeue());
                refusals = 0;
            }
            else
            {
                refusals++;
            }
        }
    }
}
