using MassTransit;
using MassTransit.SagaStateMachine;
using Payments.Orchestrator.Paying;

namespace Payments.Orchestrator.Tests.Paying;

/// <summary>Reads the machine's own graph: which state handles which event, and where it may lead.</summary>
internal sealed class MachineReader : StateMachineVisitor
{
    private readonly List<(string From, string Event, string To)> _transitions = [];
    private readonly HashSet<(string State, string Event)> _handled = [];
    private string _state = "";
    private string _event = "";

    private MachineReader()
    {
    }

    public IReadOnlyList<(string From, string Event, string To)> Transitions => _transitions;

    public IReadOnlySet<(string State, string Event)> Handled => _handled;

    public static MachineReader Read(PaymentStateMachine machine)
    {
        var reader = new MachineReader();
        machine.Accept(reader);
        return reader;
    }

    public void Visit(State state, Action<State> next)
    {
        _state = state.Name;
        next(state);
    }

    public void Visit(Event @event, Action<Event> next)
    {
        Note(@event);
        next(@event);
    }

    public void Visit<TData>(Event<TData> @event, Action<Event<TData>> next)
        where TData : class
    {
        Note(@event);
        next(@event);
    }

    public void Visit(IStateMachineActivity activity) => Visit(activity, _ => { });

    public void Visit(IStateMachineActivity activity, Action<IStateMachineActivity> next)
    {
        if (activity is TransitionActivity<PaymentState> transition)
            _transitions.Add((_state, _event, transition.ToState.Name));
        next(activity);
    }

    public void Visit<T>(IBehavior<T> behavior)
        where T : class, SagaStateMachineInstance
    {
    }

    public void Visit<T>(IBehavior<T> behavior, Action<IBehavior<T>> next)
        where T : class, SagaStateMachineInstance => next(behavior);

    public void Visit<T, TData>(IBehavior<T, TData> behavior)
        where T : class, SagaStateMachineInstance
        where TData : class
    {
    }

    public void Visit<T, TData>(IBehavior<T, TData> behavior, Action<IBehavior<T, TData>> next)
        where T : class, SagaStateMachineInstance
        where TData : class => next(behavior);

    private void Note(Event @event)
    {
        _event = @event.Name;
        _handled.Add((_state, _event));
    }
}
