namespace Payments.Executor.Psp.Braintree;

/// <summary>An operation document: its name, and its text.</summary>
internal sealed record BraintreeDocument(string Name, string Text);

/// <summary>The GraphQL operations that we send. Each asks for no more than we compare or keep.</summary>
internal static class BraintreeDocuments
{
    private const string ChargeFields = """
        fragment ChargeFields on Transaction {
          id legacyId orderId status retried partiallyAuthorized
          amount { value currencyCode }
          statusHistory {
            __typename
            ... on AuthorizedEvent { amount { value currencyCode } authorizationExpiresAt }
            ... on ProcessorDeclinedEvent { declineType processorResponse { legacyCode } }
            ... on GatewayRejectedEvent { gatewayRejectionReason duplicateOf { id orderId } }
            ... on FailedEvent { processorResponse { legacyCode } }
          }
        }
        """;

    private const string RefundFields = """
        fragment RefundFields on Refund {
          id legacyId orderId status
          amount { value currencyCode }
          refundedTransaction { id }
        }
        """;

    public static readonly BraintreeDocument Charge = new(
        "ChargeOrder",
        """
        mutation ChargeOrder($input: ChargePaymentMethodInput!) {
          chargePaymentMethod(input: $input) { transaction { ...ChargeFields } }
        }

        """ + ChargeFields);

    public static readonly BraintreeDocument Authorize = new(
        "AuthorizeOrder",
        """
        mutation AuthorizeOrder($input: AuthorizePaymentMethodInput!) {
          authorizePaymentMethod(input: $input) { transaction { ...ChargeFields } }
        }

        """ + ChargeFields);

    public static readonly BraintreeDocument Capture = new(
        "CaptureOrder",
        """
        mutation CaptureOrder($input: CaptureTransactionInput!) {
          captureTransaction(input: $input) { transaction { ...ChargeFields } }
        }

        """ + ChargeFields);

    public static readonly BraintreeDocument Reverse = new(
        "ReverseOrder",
        """
        mutation ReverseOrder($input: ReverseTransactionInput!) {
          reverseTransaction(input: $input) { reversal { __typename ...ChargeFields ...RefundFields } }
        }

        """ + ChargeFields + "\n" + RefundFields);

    public static readonly BraintreeDocument Refund = new(
        "RefundOrder",
        """
        mutation RefundOrder($input: RefundTransactionInput!) {
          refundTransaction(input: $input) { refund { ...RefundFields } }
        }

        """ + RefundFields);

    /// <summary>A charge by its id, and whatever else bears our order id.</summary>
    public static readonly BraintreeDocument FindCharge = new(
        "FindCharge",
        """
        query FindCharge($id: ID!, $orderId: String!, $first: Int!) {
          node(id: $id) { __typename ...ChargeFields }
          search {
            transactions(input: { orderId: { is: $orderId } }, first: $first) {
              edges { node { ...ChargeFields } }
              pageInfo { hasNextPage }
            }
          }
        }

        """ + ChargeFields);

    /// <summary>A charge with what was given back of it.</summary>
    public static readonly BraintreeDocument FindRefunds = new(
        "FindRefunds",
        """
        query FindRefunds($id: ID!) {
          node(id: $id) { __typename ...ChargeFields ... on Transaction { refunds { ...RefundFields } } }
        }

        """ + ChargeFields + "\n" + RefundFields);

    /// <summary>Every charge that bears our order id.</summary>
    public static readonly BraintreeDocument SearchCharges = new(
        "SearchCharges",
        """
        query SearchCharges($orderId: String!, $first: Int!) {
          search {
            transactions(input: { orderId: { is: $orderId } }, first: $first) {
              edges { node { ...ChargeFields } }
              pageInfo { hasNextPage }
            }
          }
        }

        """ + ChargeFields);

    public static IReadOnlyList<BraintreeDocument> All { get; } =
        [Charge, Authorize, Capture, Reverse, Refund, FindCharge, FindRefunds, SearchCharges];
}
