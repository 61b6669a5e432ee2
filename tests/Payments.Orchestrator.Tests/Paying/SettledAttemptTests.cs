using System.Reflection;
using Payments.Contracts;
using Payments.Orchestrator.Paying;
using Payments.Orchestrator.Routing;

namespace Payments.Orchestrator.Tests.Paying;

public sealed class SettledAttemptTests
{
    private static readonly Ulid Payment = Ulid.NewUlid();

    [Theory]
    [InlineData(nameof(OrderStatus.Charging), true)]
    [InlineData(nameof(OrderStatus.Authorizing), true)]
    [InlineData(nameof(OrderStatus.Capturing), false)]
    [InlineData(nameof(OrderStatus.Voiding), false)]
    [InlineData(nameof(OrderStatus.Refunding), false)]
    [InlineData(nameof(OrderStatus.Recorded), false)]
    public void By_NotAttempted_SettlesWhatIsNotPaidYet(string status, bool expected)
    {
        var order = Order(Enum.Parse<OrderStatus>(status));

        (SettledAttempt.By(order, NotAttempted(order.OperationId!)) is not null).ShouldBe(expected);
    }

    [Fact]
    public void By_AnswerToAnotherOperation_SettlesNothing() =>
        SettledAttempt.By(Order(OrderStatus.Charging), NotAttempted($"{Payment}/order-1/charge/2")).ShouldBeNull();

    [Theory]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public void By_Decline_SettlesWhereItIsSoft(bool hard, bool expected)
    {
        var order = Order(OrderStatus.Charging);

        (SettledAttempt.By(order, Declined(order.OperationId!, hard)) is not null).ShouldBe(expected);
    }

    [Fact]
    public void GoOn_WithASettledAttempt_ChangesTheConnectionOnce()
    {
        var order = Order(OrderStatus.Charging);
        var settled = SettledAttempt.By(order, NotAttempted(order.OperationId!)).ShouldNotBeNull();

        order.GoOn(settled, "stripe-b");

        (order.Connection, string.Join(' ', order.Tried)).ShouldBe(("stripe-b", "stripe-a stripe-b"));
        order.OperationId = $"{Payment}/order-1/charge/2";
        Should.Throw<InvalidOperationException>(() => order.GoOn(settled, "adyen-eu"));
    }

    [Fact]
    public void GoOn_WithAnotherOrdersProofOrToATriedConnection_IsRefused()
    {
        var (order, other) = (Order(OrderStatus.Charging), Order(OrderStatus.Charging));
        var settled = SettledAttempt.By(order, NotAttempted(order.OperationId!)).ShouldNotBeNull();

        Should.Throw<InvalidOperationException>(() => other.GoOn(settled, "stripe-b"));
        Should.Throw<InvalidOperationException>(() => order.GoOn(settled, "stripe-a"));
    }

    /// <summary>What the compiler guards: nobody else makes the proof, and nothing else changes the connection.</summary>
    [Fact]
    public void Type_OfTheProof_IsMadeOfNotAttemptedAndDeclinedOnly()
    {
        typeof(SettledAttempt).GetConstructors(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance)
            .ShouldAllBe(c => c.IsPrivate);
        typeof(SettledAttempt).GetMethods(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static)
            .Where(m => !m.IsPrivate && m.ReturnType == typeof(SettledAttempt))
            .Select(m => m.GetParameters()[1].ParameterType)
            .ShouldBe([typeof(OrderNotAttempted), typeof(OrderDeclined)], ignoreOrder: true);
        var connection = typeof(OrderState).GetProperty(nameof(OrderState.Connection)).ShouldNotBeNull();
        connection.SetMethod!.ReturnParameter.GetRequiredCustomModifiers()
            .ShouldContain(typeof(System.Runtime.CompilerServices.IsExternalInit), "it can be set while the order is made only");
    }

    [Theory]
    [InlineData(nameof(Doubt.InDoubt))]
    [InlineData(nameof(Doubt.Pending))]
    public void Begin_OfAnotherOperationWhileInDoubt_IsRefused(string doubt)
    {
        var order = Order(OrderStatus.Charging);
        order.Doubt = Enum.Parse<Doubt>(doubt);

        Should.Throw<InvalidOperationException>(
            () => PaymentCommands.Begin(new PaymentState(), order, OrderStatus.Charging, TestRouting.Table()))
            .Message.ShouldContain("resolve first");
    }

    private static OrderState Order(OrderStatus status) => new()
    {
        OrderId = "order-1",
        Position = 0,
        SellerId = "seller-1",
        AmountMinor = 1000,
        FeeMinor = 0,
        Status = status,
        Connection = "stripe-a",
        Tried = ["stripe-a"],
        OperationId = $"{Payment}/order-1/charge/1",
    };

    private static OrderNotAttempted NotAttempted(string operationId) =>
        new() { PaymentId = Payment, OrderId = "order-1", OperationId = operationId, Reason = "connection_refused" };

    private static OrderDeclined Declined(string operationId, bool hard) => new()
    {
        PaymentId = Payment,
        OrderId = "order-1",
        OperationId = operationId,
        Hard = hard,
        Reason = "try_again_later",
    };
}
